// What families of convolutional networks share: convolution, batch norm and activation as one block
// (torchvision's Conv2dNormActivation), the residuals that networks for small devices make of it, how
// branches and networks end.
//   AddConvNormActivation({/*channels=*/32, /*kernel=*/3, /*stride=*/2}, style, model.Named("stem").Block());
// Tensors: stem.0.weight, stem.1.weight, stem.1.bias, …
// Torch-free.
#ifndef MICA_MODELS_ZOO_CONV_NORM_ACTIVATION_H_
#define MICA_MODELS_ZOO_CONV_NORM_ACTIVATION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "models/layers/layer.pb.h"
#include "models/zoo/layer_writer.h"

namespace mica {

// What all of a network's convolutions share.
struct ConvolutionStyle {
  BatchNormConfig norm;
  LayerConfig activation;  // without a name
};

// Appends a convolution and a batch norm.
void AddConvNorm(const ConvolutionShape& shape, const BatchNormConfig& norm, LayerWriter layers);

// The same and the activation.
void AddConvNormActivation(const ConvolutionShape& shape, const ConvolutionStyle& style, LayerWriter layers);

// A 1x1 convolution to more channels, a depthwise one, a 1x1 convolution to few channels (Sandler et
// al. 2018), with a squeeze_excite before the last (Howard et al. 2019).
struct InvertedResidual {
  int in_channels;
  int expanded_channels;  // equal to in_channels: the first convolution is left out
  int out_channels;
  int kernel;
  int stride;
  std::optional<SqueezeExciteConfig> squeeze_excite = std::nullopt;
  double stochastic_depth = 0;  // probability

  bool expands() const { return expanded_channels != in_channels; }
  // Only then is the input added.
  bool keeps_shape() const { return stride == 1 && in_channels == out_channels; }
};

// Appends a layer whose tensors are block.0.0.weight, … as in torchvision's mobilenet_v3 and
// efficientnet: a residual where the shape is kept, else a block.
void AddInvertedResidual(const InvertedResidual& shape, const ConvolutionStyle& style, LayerWriter* layers);

// The branch of a new residual, or a new block if nothing is to be added to it.
LayerWriter AddBranch(bool is_residual, LayerWriter* layers);

// Appends "stochastic_depth" or `name`, unless the probability is 0.
void AddStochasticDepth(double probability, LayerWriter* branch, absl::string_view name = "stochastic_depth");

// Of all stages of a network, whose stochastic depth grows from layer to layer.
template <typename Stages>
constexpr int LayersOf(const Stages& stages) {
  int layers = 0;
  for (const auto& stage : stages) layers += stage.layers;
  return layers;
}

// Appends avgpool and classifier: the mean of each channel, dropout, a linear layer to the classes.
void AddPooledClassifier(double dropout, LayerWriter* layers);

// The multiple of 8 nearest to `channels`, but not less than nine tenths of it.
int RoundedChannels(double channels);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_CONV_NORM_ACTIVATION_H_
