// The header of a JPEG (ITU-T T.81, annex B): its markers up to the first scan, judged as
// libjpeg-turbo 2.1 reads them. Arithmetic coding is read; lossless, hierarchical and 12-bit JPEGs
// are refused, as is a height that only follows the first scan (DNL). An MPO is a JPEG with more
// behind it.
#ifndef MICA_DATA_DECODE_JPEG_HEADER_H_
#define MICA_DATA_DECODE_JPEG_HEADER_H_

#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

// For a picture that begins with ff d8.
ProbeResult ReadJpegHeader(HeaderWindow& window);

}  // namespace mica

#endif  // MICA_DATA_DECODE_JPEG_HEADER_H_
