// WebP by libwebp: lossy and lossless. Alpha is dropped and colours kept as they are stored. Of an
// animation, the first frame on black ground where it does not cover the picture.
// Missing data are kTruncated with the rows that are there; others that libwebp refuses kCorrupt.
#ifndef MICA_DATA_DECODE_WEBP_DECODER_H_
#define MICA_DATA_DECODE_WEBP_DECODER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"

namespace mica {

// The pixels are complete if all problems are usable. With `keeps_alpha`, a picture that has alpha
// gets it as a fourth channel; where an animation's first frame does not cover it, it is
// transparent. Thread-safe.
std::vector<PictureProblem> DecodeWebp(absl::string_view bytes, Picture* picture, bool keeps_alpha = false);

}  // namespace mica

#endif  // MICA_DATA_DECODE_WEBP_DECODER_H_
