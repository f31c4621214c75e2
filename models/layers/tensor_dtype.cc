#include "models/layers/tensor_dtype.h"

#include "absl/strings/string_view.h"

namespace mica {

std::string TensorDtype(const LayerTensor& tensor) {
  const absl::string_view name = absl::string_view(tensor.name).substr(tensor.name.rfind('.') + 1);
  const bool holds_integers = !tensor.is_parameter() && (name == "num_batches_tracked" || name == "relative_position_index");
  return holds_integers ? "I64" : "F32";
}

}  // namespace mica
