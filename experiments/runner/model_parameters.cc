#include "experiments/runner/model_parameters.h"

#include <algorithm>
#include <utility>

namespace mica {
namespace {

bool HasWeight(const InferredLayer& layer) {
  return std::any_of(layer.tensors.begin(), layer.tensors.end(),
                     [](const LayerTensor& tensor) { return tensor.role == LayerTensor::Role::kWeight; });
}

class Walk {
 public:
  void Through(absl::Span<const InferredLayer> layers, bool within_part) {
    for (const InferredLayer& layer : layers) {
      const bool is_part = (layer.kind == "residual" || layer.kind == "concat") && layer.parameters > 0;
      if (!within_part && (is_part || HasWeight(layer))) ++part_;
      for (const LayerTensor& tensor : layer.tensors) {
        if (!tensor.is_parameter()) continue;
        const bool is_weight = tensor.role == LayerTensor::Role::kWeight;
        parameters_.push_back({tensor.name, tensor.size(), is_weight, std::max(part_, 0), layer.kind == "batch_norm" ? layer.name : ""});
      }
      Through(layer.layers, within_part || is_part);
    }
  }

  std::vector<ModelParameter> parameters() && { return std::move(parameters_); }

 private:
  int part_ = -1;
  std::vector<ModelParameter> parameters_;
};

}  // namespace

std::vector<ModelParameter> ParametersOf(absl::Span<const InferredLayer> layers) {
  Walk walk;
  walk.Through(layers, /*within_part=*/false);
  return std::move(walk).parameters();
}

}  // namespace mica
