// The words that all code about encoded pictures shares: which formats are read, what a picture's
// bytes are like, and what can be wrong with them.
#ifndef MICA_DATA_DECODE_PICTURE_FORMAT_H_
#define MICA_DATA_DECODE_PICTURE_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// The formats that are read. The bytes decide, never the name. PNM: PBM, PGM and PPM, plain or raw.
enum class PictureFormat : uint8_t { kJpeg, kPng, kBmp, kWebp, kPnm };
absl::string_view PictureFormatName(PictureFormat format);  // "JPEG", "PNG", "BMP", "WebP", "PNM"

// What the stored values mean, before any conversion.
enum class ColourKind : uint8_t { kGrey, kGreyAlpha, kRgb, kRgba, kPalette, kPaletteAlpha, kCmyk, kYcck };
absl::string_view ColourKindName(ColourKind kind);  // "grey", "grey+alpha", "RGB", "palette", …

// No file is read that has more bytes: kMaxPicturePixels (data/picture/picture_region.h) of 3 x 16
// bits take half of it.
inline constexpr int64_t kMaxPictureBytes = int64_t{1} << 30;

enum class PictureFault : uint8_t {
  kUnreadable,         // the system refused it: the errno's text
  kEmpty,              // 0 bytes
  kZeros,              // nothing but zeros, as a broken download leaves
  kNotAPicture,        // a web page, JSON, a Git LFS pointer …
  kUnsupportedFormat,  // GIF, TIFF, HEIC …
  kBrokenHeader,
  kTooLarge,   // above kMaxPicturePixels or kMaxPictureBytes
  kTruncated,  // rows are missing
  kCorrupt,    // the decoder complained
};
absl::string_view PictureFaultName(PictureFault fault);  // "unreadable", "empty", "zeros", …

struct PictureProblem {
  PictureFault fault;
  bool is_usable = false;  // all pixels are there: worth a note, no reason to leave it out
  // Without the path: "is a GIF image, which mica does not read; convert it to PNG".
  std::string message;
  bool may_pass = false;  // it is the system's, not the file's: no permission, no memory
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_FORMAT_H_
