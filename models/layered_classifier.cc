#include "models/layered_classifier.h"

#include <set>

#include "models/network/layer_modules.h"

namespace mica {

LayeredClassifier::LayeredClassifier(const LayerList& layers, absl::Span<const InferredLayer> inferred)
    : layers_(MakeNetwork(layers, inferred, this)), fused_(layers_) {}

torch::Tensor LayeredClassifier::forward(const torch::Tensor& images) {
  return fused_.Forward(images);
}

torch::Tensor LayeredClassifier::ForwardWatched(const torch::Tensor& images, const LayerWatcher& watch) {
  return RunLayers(layers_, images, watch);
}

void LayeredClassifier::train(bool on) {
  Module::train(on);
  fused_.DropFolded();
}

void LayeredClassifier::FixBatchNorms(const std::vector<std::string>& layers) {
  std::set<std::string> not_found(layers.begin(), layers.end());
  for (const auto& module : named_modules()) {
    auto* const batch_norm = dynamic_cast<BatchNormModule*>(module.value().get());
    if (batch_norm != nullptr) batch_norm->Fix(not_found.erase(module.key()) > 0);
  }
  TORCH_CHECK(not_found.empty(), *not_found.begin(), " is no batch norm");
  train(is_training());
}

}  // namespace mica
