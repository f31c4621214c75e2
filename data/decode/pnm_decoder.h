// Netpbm's pictures (PNM): PBM, PGM and PPM, each plain ("P1", "P2", "P3") and raw ("P4", "P5",
// "P6"), with comments. PBM and PGM give grey, PPM gives RGB; a sample v becomes v * 255 / maxval,
// rounded; of PBM, 1 is black. Of several pictures in a file, the first.
// Our own code, not OpenCV: that costs 50 ms and 52 MB at start, gives cut files without a word and
// throws; and the format is a line of numbers and rows.
// Missing samples are kTruncated, samples above maxval and other text kCorrupt.
// The format: https://netpbm.sourceforge.net/doc/pnm.html.
#ifndef MICA_DATA_DECODE_PNM_DECODER_H_
#define MICA_DATA_DECODE_PNM_DECODER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"

namespace mica {

// The pixels are complete if all problems are usable. Thread-safe.
std::vector<PictureProblem> DecodePnm(absl::string_view bytes, Picture* picture);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PNM_DECODER_H_
