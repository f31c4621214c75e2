// The network as a tree of layers, each computed by itself: what LayerList says, no more.
//   const std::vector<NetworkLayer> layers = MakeNetwork(config.layer(), inferred, &module);
//   const at::Tensor logits = RunLayers(layers, images, /*watch=*/nullptr);
// fused_network.h computes the same faster.
#ifndef MICA_MODELS_NETWORK_NETWORK_LAYER_H_
#define MICA_MODELS_NETWORK_NETWORK_LAYER_H_

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "models/classifier.h"
#include "models/layers/layer_shapes.h"
#include "models/network/activation.h"

namespace mica {

using Step = std::function<at::Tensor(const at::Tensor&)>;

struct NetworkLayer {
  LayerConfig::KindCase kind = LayerConfig::KIND_NOT_SET;
  std::string name;  // whole: "layer1.0.conv1"
  bool is_watched = true;

  Step step;                                  // empty in containers
  std::shared_ptr<torch::nn::Module> module;  // with the layer's tensors or mode; may be null
  Activation activation;                      // if the step is one

  // In containers: a block's list; a residual's branch and shortcut; a concat's branches.
  std::vector<std::vector<NetworkLayer>> lists;
  // Of a concat: the dimensions of its input's and its output's channels.
  int64_t input_channels = 1, output_channels = 1;
  bool splits_input = false;
};

// Makes the layers in the order of the list; each draws its weights from torch's generator as
// PyTorch's layer does. Registers modules and tensors under their names with `parent`. `inferred` is
// the result of InferLayers. Throws c10::Error or std::bad_alloc if memory runs out.
std::vector<NetworkLayer> MakeNetwork(const LayerList& list, absl::Span<const InferredLayer> inferred, torch::nn::Module* parent);

// Tells `watch` of each layer's output; it may be empty. See Classifier::ForwardWatched.
at::Tensor RunLayers(const std::vector<NetworkLayer>& layers, const at::Tensor& input, const LayerWatcher& watch);

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_NETWORK_LAYER_H_
