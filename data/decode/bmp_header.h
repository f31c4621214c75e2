// The header of a BMP: OS/2's of 12 and 64 bytes and Windows' of 40, 52, 56, 108 and 124. Pixels of
// 1, 4, 8, 16, 24 and 32 bits; a negative height means that the rows go from top to bottom.
// Run-length coded ones of 4 and 8 bits are read; those that wrap a JPEG or PNG are not.
#ifndef MICA_DATA_DECODE_BMP_HEADER_H_
#define MICA_DATA_DECODE_BMP_HEADER_H_

#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

// For a picture that begins with "BM". Without compression, one with too few bytes is kTruncated.
ProbeResult ReadBmpHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_BMP_HEADER_H_
