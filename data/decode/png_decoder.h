// PNG by libpng, all colour types, depths and interlacing. Grey stays one channel; palettes give
// RGB and depths below 8 are stretched to 0…255; 16 bits become v * 255 / 65535, rounded. Alpha and
// transparent colours are dropped and colours kept as they are stored, as Pillow's convert("RGB")
// does; a palette's missing colours are black. Of an animation (APNG), the picture for programs
// that know no animations.
//
// All chunks but those that give pixels are skipped: a broken colour profile is nobody's problem.
// - kTruncated: the bytes end early, or the compressed data hold too few rows.
// - kCorrupt: checksums or compressed data are wrong; libpng's text and the row.
// - A missing end, or nonsense behind the last row, is a usable note.
#ifndef MICA_DATA_DECODE_PNG_DECODER_H_
#define MICA_DATA_DECODE_PNG_DECODER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"

namespace mica {

// The pixels are complete if all problems are usable. With `keeps_alpha`, a picture that can have
// transparent pixels gets its alpha as one channel more. Thread-safe.
std::vector<PictureProblem> DecodePng(absl::string_view bytes, Picture* picture, bool keeps_alpha = false);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PNG_DECODER_H_
