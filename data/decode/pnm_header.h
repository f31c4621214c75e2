// The header of a PNM, as Netpbm's pages pbm(5), pgm(5) and ppm(5) define it: "P5 640 480 255" and
// the values behind it, plain (P1 to P3) or raw (P4 to P6).
#ifndef MICA_DATA_DECODE_PNM_HEADER_H_
#define MICA_DATA_DECODE_PNM_HEADER_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_format.h"
#include "data/decode/probe_result.h"

namespace mica {

// A PNM begins with P1 … P6 and white space or a comment.
bool BeginsLikePnm(absl::string_view first_bytes);

// How the values are stored.
struct PnmForm {
  bool is_plain = false;   // as text
  bool is_bitmap = false;  // a bit each, 1 is black
  int channels = 1;
  int64_t width_px = 0;  // 0 to 2^31 - 1, as the height
  int64_t height_px = 0;
  int32_t maximum = 1;     // 1 to 65535
  int64_t data_begin = 0;  // behind the white space that ends the header
};

// For a picture that begins so.
std::optional<PictureProblem> ReadPnmForm(HeaderWindow& window, PnmForm* form);

// Likewise. One with fewer bytes than its values need is kTruncated.
ProbeResult ReadPnmHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PNM_HEADER_H_
