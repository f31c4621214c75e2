// A tensor and the name under which it is saved.
#ifndef MICA_BASE_NAMED_TENSOR_H_
#define MICA_BASE_NAMED_TENSOR_H_

#include <ATen/core/Tensor.h>

#include <string>

namespace mica {

struct NamedTensor {
  std::string name;  // "block_1.0.weight"
  at::Tensor tensor;
};

}  // namespace mica

#endif  // MICA_BASE_NAMED_TENSOR_H_
