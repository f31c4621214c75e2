#include "models/zoo/transformer_layers.h"

namespace mica {

void AddPatches(absl::string_view name, int channels, int side_px, LayerWriter* layers) {
  Conv2dConfig* convolution = layers->Named(name).Next()->mutable_conv2d();
  convolution->set_out_channels(channels);
  convolution->set_kernel_size_px(side_px);
  convolution->set_stride(side_px);
}

void AddLayerNorm(absl::string_view name, double epsilon, LayerWriter* layers) {
  layers->Named(name).Next()->mutable_layer_norm()->set_epsilon(epsilon);
}

LinearLayerConfig* AddLinearOfPixels(absl::string_view name, int outputs, LayerWriter* layers) {
  LinearLayerConfig* linear = layers->Named(name).Next()->mutable_linear();
  linear->set_out_features(outputs);
  linear->set_per_pixel(true);
  return linear;
}

void AddDropout(absl::string_view name, double probability, LayerWriter* layers) {
  if (probability > 0) layers->Named(name).Dropout(probability);
}

}  // namespace mica
