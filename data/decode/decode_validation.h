// Checks how pictures are to be decoded.
//   ValidateDecodeConfig(config, "decode", &problems);
#ifndef MICA_DATA_DECODE_DECODE_VALIDATION_H_
#define MICA_DATA_DECODE_DECODE_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/decode/decode.pb.h"

namespace mica {

void ValidateDecodeConfig(const DecodeConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_DECODE_DECODE_VALIDATION_H_
