#include "models/classifier.h"

#include <c10/util/Exception.h>

namespace mica {

torch::Tensor Classifier::ForwardWatched(const torch::Tensor& images, const LayerWatcher&) {
  return forward(images);
}

void Classifier::FixBatchNorms(const std::vector<std::string>& layers) {
  TORCH_CHECK(layers.empty(), layers.front(), " is no batch norm");
}

int64_t CountParameters(const Classifier& model) {
  int64_t count = 0;
  for (const torch::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

}  // namespace mica
