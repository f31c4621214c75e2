#include "models/layered_classifier.h"

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
  const auto modules = named_modules();
  for (const std::string& name : layers) {
    const auto* module = modules.find(name);
    auto* batch_norm = module == nullptr ? nullptr : dynamic_cast<BatchNormModule*>(module->get());
    TORCH_CHECK(batch_norm != nullptr, name, " is no batch norm");
    batch_norm->Fix();
  }
}

}  // namespace mica
