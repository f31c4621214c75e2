// The header of a PNM, as Netpbm's pages pbm(5), pgm(5) and ppm(5) define it: "P5 640 480 255" and
// the values behind it, plain (P1 to P3) or raw (P4 to P6).
#ifndef MICA_DATA_DECODE_PNM_HEADER_H_
#define MICA_DATA_DECODE_PNM_HEADER_H_

#include "absl/strings/string_view.h"
#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

// A PNM begins with P1 … P6 and white space or a comment.
bool BeginsLikePnm(absl::string_view first_bytes);

// For a picture that begins so. One with fewer bytes than its values need is kTruncated.
ProbeResult ReadPnmHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PNM_HEADER_H_
