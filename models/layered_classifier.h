// The network described by a list of layers. All models are built from it.
//   LayeredClassifier model(config.layer(), inferred);
#ifndef MICA_MODELS_LAYERED_CLASSIFIER_H_
#define MICA_MODELS_LAYERED_CLASSIFIER_H_

#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "models/classifier.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// Makes its layers in the order of the list; each draws its weights from torch's generator as
// PyTorch's layer does. Tensors are named after the layers: "block_1.0.weight". A forward pass is
// one loop over all layers, including those in blocks. It keeps channels_last, or CHWN if layers
// have few channels (chwn_layers.h).
class LayeredClassifier : public Classifier {
 public:
  // `inferred` is the result of InferLayers for these layers. Throws c10::Error or std::bad_alloc
  // if memory runs out.
  LayeredClassifier(const LayerList& layers, absl::Span<const InferredLayer> inferred);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  const std::vector<std::function<torch::Tensor(const torch::Tensor&)>> steps_;
};

}  // namespace mica

#endif  // MICA_MODELS_LAYERED_CLASSIFIER_H_
