#include "models/zoo/conv_norm_activation.h"

#include <algorithm>

namespace mica {

void AddConvNorm(const ConvolutionShape& shape, const BatchNormConfig& norm, LayerWriter layers) {
  layers.Convolution(shape);
  *layers.Next()->mutable_batch_norm() = norm;
}

void AddConvNormActivation(const ConvolutionShape& shape, const ConvolutionStyle& style, LayerWriter layers) {
  AddConvNorm(shape, style.norm, layers);
  *layers.Next() = style.activation;
}

void AddInvertedResidual(const InvertedResidual& shape, const ConvolutionStyle& style, LayerWriter* layers) {
  LayerWriter branch = AddBranch(shape.keeps_shape(), layers);
  LayerWriter block = branch.Named("block").Block();
  if (shape.expands()) AddConvNormActivation({shape.expanded_channels, /*kernel=*/1}, style, block.Block());
  AddConvNormActivation({shape.expanded_channels, shape.kernel, shape.stride, /*groups=*/shape.expanded_channels}, style, block.Block());
  if (shape.squeeze_excite.has_value()) *block.Next()->mutable_squeeze_excite() = *shape.squeeze_excite;
  AddConvNorm({shape.out_channels, /*kernel=*/1}, style.norm, block.Block());
  if (shape.keeps_shape()) AddStochasticDepth(shape.stochastic_depth, &branch);
}

LayerWriter AddBranch(bool is_residual, LayerWriter* layers) {
  return is_residual ? layers->Residual().branch : layers->Block();
}

void AddStochasticDepth(double probability, LayerWriter* branch, absl::string_view name) {
  if (probability > 0) branch->Named(name).Next()->mutable_stochastic_depth()->set_probability(probability);
}

void AddPooledClassifier(double dropout, LayerWriter* layers) {
  layers->Named("avgpool").GlobalAveragePool();
  LayerWriter classifier = layers->Named("classifier").Block();
  classifier.Dropout(dropout);
  classifier.LinearToClasses();
}

int RoundedChannels(double channels) {
  const int rounded = std::max(8, static_cast<int>(channels + 4) / 8 * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

}  // namespace mica
