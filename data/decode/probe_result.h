// What ProbePicture (picture_header.h) finds out about a picture, and the findings that the readers
// of all formats share.
#ifndef MICA_DATA_DECODE_PROBE_RESULT_H_
#define MICA_DATA_DECODE_PROBE_RESULT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_format.h"

namespace mica {

struct PictureHeader {
  PictureFormat format = PictureFormat::kJpeg;
  // With alpha where any pixel can be transparent, a PNG's colour key (tRNS) included.
  ColourKind colour = ColourKind::kRgb;
  // Per channel as stored, the widest one if they differ (BMP 5-6-5: 6); per index of a palette.
  // PNM: 1, 8 or 16.
  uint8_t bits = 8;
  uint8_t orientation = 1;      // EXIF 1 … 8; 1 where it is missing or broken
  bool is_animated = false;     // APNG and WebP of several frames
  bool is_progressive = false;  // progressive JPEG, interlaced PNG
  int32_t width_px = 0;         // as stored, before the orientation is applied; at least 1
  int32_t height_px = 0;
};

// At least one of the two. Both: a picture that can be used, with a note.
struct ProbeResult {
  std::optional<PictureHeader> header;
  std::optional<PictureProblem> problem;
};

// Ends many messages.
inline constexpr char kCopyAgain[] = "; copy or download it again";

ProbeResult Refused(PictureFault fault, std::string message);

// A header that says what cannot be: kBrokenHeader, with kCopyAgain behind `what`.
ProbeResult Broken(absl::string_view what);

// The header is not complete: "ends after 20 bytes, before its size". Says so of the reads instead
// if the window is exhausted.
ProbeResult EndsBefore(const HeaderWindow& window, absl::string_view what);

// "has 1200 of 30054 bytes"
ProbeResult Truncated(int64_t bytes, int64_t expected_bytes);

// `header` with this size; or kBrokenHeader for a size below 1, kTooLarge above kMaxPicturePixels.
// Both are below 2^32.
ProbeResult WithSize(PictureHeader header, int64_t width_px, int64_t height_px);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PROBE_RESULT_H_
