#include "models/layered_classifier.h"

#include <algorithm>
#include <map>

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
  std::map<std::string, BatchNormModule*> batch_norms;
  for (const auto& module : named_modules()) {
    if (auto* const batch_norm = dynamic_cast<BatchNormModule*>(module.value().get())) batch_norms[module.key()] = batch_norm;
  }
  for (const std::string& layer : layers) TORCH_CHECK(batch_norms.count(layer) > 0, layer, " is no batch norm");
  for (const auto& [layer, batch_norm] : batch_norms) batch_norm->Fix(std::count(layers.begin(), layers.end(), layer) > 0);
  train(is_training());
}

}  // namespace mica
