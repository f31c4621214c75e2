// Reads what a picture is from its first bytes, without decoding it.
//   PictureFile file;
//   if (auto problem = file.Open("/d/cat/1.jpg")) return *problem;
//   const ProbeResult probe = ProbePicture(file);
//   if (probe.header) … probe.header->width_px
//   else … probe.problem->message == "is a GIF picture, which mica does not read; convert it …"
// The bytes decide, never a name. The usual picture costs one read of kFirstHeaderRead bytes, and
// none more than kMaxHeaderReads (header_window.h): what lies in front of the picture is skipped by
// its length. The picture's data are not looked at, so one that passes may still be cut or damaged;
// only formats that say how many bytes they need (BMP, WebP, PNM) are checked for that.
#ifndef MICA_DATA_DECODE_PICTURE_HEADER_H_
#define MICA_DATA_DECODE_PICTURE_HEADER_H_

#include "absl/strings/string_view.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/probe_result.h"

namespace mica {

// Problems have no path and end with what to do. Thread-safe for different `bytes`.
ProbeResult ProbePicture(PictureBytes& bytes);

// The whole picture in memory.
ProbeResult ProbePicture(absl::string_view bytes);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_HEADER_H_
