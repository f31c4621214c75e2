// The header of a BMP: OS/2's of 12, 16 and 64 bytes and Windows' of 40, 52, 56, 108 and 124.
// Pixels of 1, 4, 8, 16, 24 and 32 bits; a negative height means that the rows go from top to
// bottom. Run-length coded ones of 4 and 8 bits are read; those that wrap a JPEG or PNG are not.
#ifndef MICA_DATA_DECODE_BMP_HEADER_H_
#define MICA_DATA_DECODE_BMP_HEADER_H_

#include <array>
#include <cstdint>
#include <optional>

#include "data/decode/header_window.h"
#include "data/decode/picture_format.h"
#include "data/decode/probe_result.h"

namespace mica {

// How the pixels are stored.
struct BmpForm {
  int64_t width_px = 0;   // may be anything
  int64_t height_px = 0;  // without the sign
  bool is_top_down = false;
  int pixel_bits = 0;           // 1, 4, 8: numbers of colours; 16, 32: masks; 24: blue, green, red
  bool is_run_length = false;   // RLE8 or RLE4
  int64_t data_begin = 0;       // the first row's position
  int64_t palette_begin = 0;    // behind the header and its masks
  int64_t palette_colours = 0;  // 0: as many as pixel_bits can number
  int palette_colour_bytes = 4;
  std::array<uint32_t, 4> masks = {};  // of red, green, blue and alpha; those of 16 and 32 bits

  int64_t row_bytes() const { return (width_px * pixel_bits + 7) / 8; }
  int64_t stride() const { return (width_px * pixel_bits + 31) / 32 * 4; }
};

// For a picture that begins with "BM". What the decoder does not read is refused here.
std::optional<PictureProblem> ReadBmpForm(HeaderWindow& window, BmpForm* form);

// Likewise. Without compression, one with too few bytes is kTruncated.
ProbeResult ReadBmpHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_BMP_HEADER_H_
