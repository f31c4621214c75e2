// JPEG by libjpeg-turbo: baseline, progressive and arithmetic coding, 8 bits. DCT and upsampling
// are libjpeg's defaults (JDCT_ISLOW, fancy), so pixels equal those of Pillow.
// One component gives grey, YCbCr and RGB give RGB, and CMYK and YCCK are converted and rounded:
// R = C K / 255 with Adobe's marker, whose values are inverted, else (255 - C) (255 - K) / 255.
//
// What libjpeg reports only as a warning, and then fills with grey or with a coarse picture:
// - rows or scans that are missing, also of progressive files: kTruncated. Nothing is decoded
//   behind the place where the data end.
// - a progressive file that ends properly, with some of each component but without its last scans:
//   a usable note. libjpeg smooths such pictures, as it does for a browser that waits for the rest.
// - a missing end marker: a usable note. Arithmetic coding does not tell whether all rows are
//   there, so such a file counts as truncated.
// - unreadable codes, lost synchronisation, bytes that belong to no row: kCorrupt, with libjpeg's
//   first text. Bytes left over behind the rows count too: of 480 photographs with a damaged place,
//   they are the only sign in 106. Left-over bytes between the header's segments are a usable note.
// Bytes behind the end marker, unknown JFIF versions and the like are nobody's problem.
#ifndef MICA_DATA_DECODE_JPEG_DECODER_H_
#define MICA_DATA_DECODE_JPEG_DECODER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// The pixels are complete if all problems are usable. Thread-safe.
std::vector<PictureProblem> DecodeJpeg(absl::string_view bytes, Picture* picture);

struct JpegPart {
  PictureSize whole;     // of the stored picture, as its header said
  PictureRegion region;  // of it, with at least one pixel
  int reduction = 1;     // 1, 2, 4 or 8: the side of the square of pixels whose mean is one pixel
};

// Decodes a part, with less work than the whole takes: the columns beside it are parsed and not
// transformed, and nothing below it is read. The pixels are those of the whole picture, bit for
// bit; with a reduction, those of the whole picture that libjpeg gives at that scale. The region
// lies at `box` in the picture, which has other columns beside it, and these are not always those
// of the whole picture.
// Damage above the region is a problem as damage in it is. Below it none is found, and that
// includes bytes left over at the end.
// CMYK and sampling factors other than 1x1, 2x1, 1x2 and 2x2 take the work of the whole picture
// down to the region's last row, and are not reduced. Another size than `part.whole` is kCorrupt.
std::vector<PictureProblem> DecodeJpegPart(absl::string_view bytes, const JpegPart& part, Picture* picture, PictureBox* box);

}  // namespace mica

#endif  // MICA_DATA_DECODE_JPEG_DECODER_H_
