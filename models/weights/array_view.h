// A named array of numbers in memory or in a file, without LibTorch.
//   const ArrayView bias = {"fc.bias", "F32", {10}, bytes};   // 40 bytes
#ifndef MICA_MODELS_WEIGHTS_ARRAY_VIEW_H_
#define MICA_MODELS_WEIGHTS_ARRAY_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

struct ArrayView {
  std::string name;
  std::string dtype;           // "F32", "I64", … as the safetensors format spells them
  std::vector<int64_t> shape;  // row-major; empty for a single value
  absl::string_view bytes;     // little-endian, product(shape) values, unaligned; borrowed
};

// A name from a file, which may have any length and content, shortened to one line for messages.
std::string ShownName(absl::string_view name);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_ARRAY_VIEW_H_
