#include "models/weights/weights.h"

#include <glog/logging.h>
#include <torch/utils.h>

#include <stdexcept>

namespace mica {

std::vector<NamedTensor> WeightsOf(const torch::nn::Module& model) {
  std::vector<NamedTensor> weights;
  for (const auto& parameter : model.named_parameters()) weights.push_back({parameter.key(), parameter.value()});
  for (const auto& buffer : model.named_buffers()) weights.push_back({buffer.key(), buffer.value()});
  return weights;
}

std::vector<NamedTensor> CopyWeights(const torch::nn::Module& model) {
  std::vector<NamedTensor> copy = WeightsOf(model);
  for (NamedTensor& weight : copy) weight.tensor = weight.tensor.detach().clone();
  return copy;
}

void RestoreWeights(const std::vector<NamedTensor>& copy, torch::nn::Module& model) {
  const torch::NoGradGuard no_gradients;
  const std::vector<NamedTensor> weights = WeightsOf(model);
  CHECK_EQ(copy.size(), weights.size());
  for (size_t i = 0; i < weights.size(); ++i) weights[i].tensor.copy_(copy[i].tensor);
}

std::string DtypeName(at::ScalarType type) {
  if (type == at::kFloat) return "F32";
  if (type == at::kLong) return "I64";
  throw std::logic_error(std::string("no safetensors name for dtype ") + c10::toString(type));
}

}  // namespace mica
