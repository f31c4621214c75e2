// What a DecodeConfig says of a picture by its header alone: how large it is upright, and whether
// it is accepted at all.
//   if (auto problem = Rejection(config, header)) … problem->message
//   const PictureSize size = UprightSize(config, header);
#ifndef MICA_DATA_DECODE_DECODE_POLICY_H_
#define MICA_DATA_DECODE_DECODE_POLICY_H_

#include <optional>

#include "data/decode/decode.pb.h"
#include "data/decode/picture_format.h"
#include "data/decode/probe_result.h"
#include "data/picture/picture_region.h"

namespace mica {

// The EXIF orientation that is undone: the header's, or 1 if the config ignores it.
int AppliedOrientation(const DecodeConfig& config, const PictureHeader& header);

// The size of the whole picture as the config wants it turned.
PictureSize UprightSize(const DecodeConfig& config, const PictureHeader& header);

// kUnsupportedFormat, not usable, if config.reject names a kind that the picture is of; the first
// such kind. It ends with what to do.
std::optional<PictureProblem> Rejection(const DecodeConfig& config, const PictureHeader& header);

}  // namespace mica

#endif  // MICA_DATA_DECODE_DECODE_POLICY_H_
