// What a file is that is none of the pictures that are read, and what its owner can do about it.
//   ForeignFileProblem("GIF89a").message ==
//       "is a GIF picture, which mica does not read; convert it to PNG (convert 'IN[0]' OUT.png)"
// The commands are those of Debian 12's packages imagemagick, libheif-examples (heif-convert),
// libavif-bin (avifdec), libjxl-tools (djxl), libopenjp2-tools (opj_decompress), librsvg2-bin
// (rsvg-convert), dcmtk (dcmj2pnm), darktable (darktable-cli) and ffmpeg.
#ifndef MICA_DATA_DECODE_FOREIGN_FILE_H_
#define MICA_DATA_DECODE_FOREIGN_FILE_H_

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"

namespace mica {

// As many bytes as are looked at. Fewer will do for most kinds.
inline constexpr int kForeignFileBytes = 1024;

// kZeros if the bytes are nothing else, kUnsupportedFormat for other formats of pictures and
// videos, kNotAPicture for the rest. At least one byte.
PictureProblem ForeignFileProblem(absl::string_view first_bytes);

}  // namespace mica

#endif  // MICA_DATA_DECODE_FOREIGN_FILE_H_
