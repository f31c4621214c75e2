// Windows and OS/2 bitmaps (BMP): 1, 4 and 8 bits with a palette, plain or RLE; 16 and 32 bits,
// plain or with bit fields; 24 bits. Always RGB; alpha is dropped, and n bits are scaled to
// v * 255 / (2^n - 1), rounded. Pixels that RLE skips have colour 0 of the palette.
// Our own code, not OpenCV: that costs 50 ms and 52 MB at start, gives cut files without a word and
// throws; and the format is little more than a header and rows.
// Missing rows are kTruncated; a file without the padding of its last row is whole.
// The format in practice: Bmpsuite, https://entropymine.com/jason/bmpsuite/.
#ifndef MICA_DATA_DECODE_BMP_DECODER_H_
#define MICA_DATA_DECODE_BMP_DECODER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"

namespace mica {

// The pixels are complete if all problems are usable. With `keeps_alpha`, a picture with bits for
// alpha gets it as a fourth channel. Thread-safe.
std::vector<PictureProblem> DecodeBmp(absl::string_view bytes, Picture* picture, bool keeps_alpha = false);

}  // namespace mica

#endif  // MICA_DATA_DECODE_BMP_DECODER_H_
