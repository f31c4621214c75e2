// Writes the safetensors format: named arrays in a file of pure data, so that reading it runs no
// code.
//   const std::string bytes =
//       EncodeSafetensors({{"fc.bias", "F32", {10}, bias_bytes}}, {{"format", "pt"}});
// Layout: u64 little-endian N; N bytes of JSON, padded with spaces to a multiple of 8; the data
// without gaps. safetensors_reader.h reads it. Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_SAFETENSORS_H_
#define MICA_TRAINING_CHECKPOINT_SAFETENSORS_H_

#include <map>
#include <string>
#include <vector>

#include "models/weights/array_view.h"

namespace mica {

// The whole file. Arrays are ordered by size of their values, largest first, then by name, as the
// reference writer does. Names must be unique.
std::string EncodeSafetensors(std::vector<ArrayView> arrays, const std::map<std::string, std::string>& metadata);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_SAFETENSORS_H_
