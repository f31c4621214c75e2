#include "models/zoo/formula_tensor.h"

#include <cmath>

#include "absl/strings/match.h"

namespace mica {
namespace {

// A value is size * (offset + factor * formula), rounded once before it becomes 32 bits wide: any
// other order would give some other bits than Python's.
struct Scale {
  double size, offset, factor;
};

Scale ScaleOf(const ParityTensor& tensor, const ParityCase& parity) {
  const int dimensions = tensor.shape_size();
  if (absl::EndsWith(tensor.name(), "running_var")) return {1, 1, 0.5};
  if (dimensions == 3 && tensor.shape(0) == 1) return {0.5, 0, 1};  // an embedding
  const bool is_scale = dimensions == 3 || (dimensions == 1 && absl::EndsWith(tensor.name(), ".weight"));
  if (is_scale) return {parity.norm_scale(), 1, 0.5};
  if (dimensions < 2) return {0.1, 0, 1};
  double inputs = 1;
  for (int i = 1; i < dimensions; ++i) inputs *= static_cast<double>(tensor.shape(i));
  return {std::sqrt(3 * parity.weight_gain() / inputs), 0, 1};
}

}  // namespace

Formula::Formula(absl::string_view name) : state_(14695981039346656037u) {
  for (const char letter : name) state_ = (state_ ^ static_cast<unsigned char>(letter)) * 1099511628211u;
}

void WriteFormulaTensor(const ParityTensor& tensor, const ParityCase& parity, absl::Span<float> values) {
  const Formula formula(tensor.name());
  const Scale scale = ScaleOf(tensor, parity);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(scale.size * (scale.offset + scale.factor * formula(i)));
}

}  // namespace mica
