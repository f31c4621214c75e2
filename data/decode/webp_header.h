// The header of a WebP (RFC 9649), simple or extended (VP8X), lossy (VP8) or lossless (VP8L),
// judged as libwebp reads it.
#ifndef MICA_DATA_DECODE_WEBP_HEADER_H_
#define MICA_DATA_DECODE_WEBP_HEADER_H_

#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

// For a picture that begins with "RIFF", 4 bytes and "WEBP". One shorter than its RIFF header says
// is kTruncated: libwebp does not decode it. EXIF data lie behind the picture, so a picture that
// has some costs a second read.
ProbeResult ReadWebpHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_WEBP_HEADER_H_
