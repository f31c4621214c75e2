// The header of a PNG (W3C, Portable Network Graphics, third edition): IHDR with its checksum, and
// the chunks up to the picture data. What follows those is not looked at, so neither is EXIF data
// behind them.
#ifndef MICA_DATA_DECODE_PNG_HEADER_H_
#define MICA_DATA_DECODE_PNG_HEADER_H_

#include "absl/strings/string_view.h"
#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

inline constexpr absl::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);

// For a picture that begins with kPngSignature.
ProbeResult ReadPngHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PNG_HEADER_H_
