// The network described by a list of layers. All models are built from it.
//   LayeredClassifier model(config.layer(), inferred);
#ifndef MICA_MODELS_LAYERED_CLASSIFIER_H_
#define MICA_MODELS_LAYERED_CLASSIFIER_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "models/classifier.h"
#include "models/layers/layer_shapes.h"
#include "models/network/fused_network.h"
#include "models/network/network_layer.h"

namespace mica {

// Its tensors are those that InferLayers lists: "block_1.0.weight". It keeps channels_last, or CHWN
// if layers have few channels (chwn_layers.h). Where no gradient is needed it keeps weights that
// batch norms are folded into; code that changes its tensors through pointers, not through LibTorch's
// operations, must call train() or eval() afterwards, unless it is in training mode and they need a
// gradient.
class LayeredClassifier : public Classifier {
 public:
  // `inferred` is the result of InferLayers for these layers. Throws c10::Error or std::bad_alloc
  // if memory runs out.
  LayeredClassifier(const LayerList& layers, absl::Span<const InferredLayer> inferred);

  torch::Tensor forward(const torch::Tensor& images) override;
  torch::Tensor ForwardWatched(const torch::Tensor& images, const LayerWatcher& watch) override;
  void FixBatchNorms(const std::vector<std::string>& layers) override;
  void train(bool on = true) override;

 private:
  const std::vector<NetworkLayer> layers_;
  const FusedNetwork fused_;
};

}  // namespace mica

#endif  // MICA_MODELS_LAYERED_CLASSIFIER_H_
