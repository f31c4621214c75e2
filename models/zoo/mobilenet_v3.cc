#include "models/zoo/mobilenet_v3.h"

#include "absl/types/span.h"
#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

constexpr bool kRelu = false;
constexpr bool kHardSwish = true;

// A row of tables 1 and 2 of the paper.
struct Row {
  int kernel, expanded_channels, channels;
  bool squeeze_excite, activation;
  int stride;
};
constexpr Row kSmall[] = {
    {3, 16, 16, true, kRelu, 2},       {3, 72, 24, false, kRelu, 2},      {3, 88, 24, false, kRelu, 1},
    {5, 96, 40, true, kHardSwish, 2},  {5, 240, 40, true, kHardSwish, 1}, {5, 240, 40, true, kHardSwish, 1},
    {5, 120, 48, true, kHardSwish, 1}, {5, 144, 48, true, kHardSwish, 1}, {5, 288, 96, true, kHardSwish, 2},
    {5, 576, 96, true, kHardSwish, 1}, {5, 576, 96, true, kHardSwish, 1},
};
constexpr Row kLarge[] = {
    {3, 16, 16, false, kRelu, 1},       {3, 64, 24, false, kRelu, 2},       {3, 72, 24, false, kRelu, 1},
    {5, 72, 40, true, kRelu, 2},        {5, 120, 40, true, kRelu, 1},       {5, 120, 40, true, kRelu, 1},
    {3, 240, 80, false, kHardSwish, 2}, {3, 200, 80, false, kHardSwish, 1}, {3, 184, 80, false, kHardSwish, 1},
    {3, 184, 80, false, kHardSwish, 1}, {3, 480, 112, true, kHardSwish, 1}, {3, 672, 112, true, kHardSwish, 1},
    {5, 672, 160, true, kHardSwish, 2}, {5, 960, 160, true, kHardSwish, 1}, {5, 960, 160, true, kHardSwish, 1},
};
constexpr int kStemChannels = 16;

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D layer_kind: SQUEEZE_EXCITE kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR normal { std: 0.01 } }
    rule { layer_kind: LINEAR layer_kind: SQUEEZE_EXCITE tensor: BIAS constant { value: 0 } })";

ConvolutionStyle StyleOf(bool hard_swish) {
  ConvolutionStyle style;
  style.norm.set_epsilon(0.001);
  style.norm.set_momentum(0.01);
  if (hard_swish) {
    style.activation.mutable_hard_swish();
  } else {
    style.activation.mutable_relu();
  }
  return style;
}

SqueezeExciteConfig SqueezeExciteOf(int channels) {
  SqueezeExciteConfig config;
  config.set_squeeze_channels(RoundedChannels(channels / 4));
  config.set_gate(SqueezeExciteConfig::HARD_SIGMOID);
  return config;
}

void AddClassifier(int hidden_units, double dropout, LayerWriter* layers) {
  layers->Named("avgpool").GlobalAveragePool();
  LayerWriter classifier = layers->Named("classifier").Block();
  classifier.Linear(hidden_units);
  classifier.Next()->mutable_hard_swish();
  classifier.Dropout(dropout);
  classifier.LinearToClasses();
}

ZooModel MobileNetV3(absl::Span<const Row> rows, int hidden_units, const MobileNetConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  AddConvNormActivation({kStemChannels, /*kernel=*/3, /*stride=*/2}, StyleOf(kHardSwish), features.Block());
  int channels = kStemChannels;
  for (const Row& row : rows) {
    InvertedResidual shape{channels, row.expanded_channels, row.channels, row.kernel, row.stride};
    if (row.squeeze_excite) shape.squeeze_excite = SqueezeExciteOf(row.expanded_channels);
    AddInvertedResidual(shape, StyleOf(row.activation), &features);
    channels = row.channels;
  }
  AddConvNormActivation({6 * channels, /*kernel=*/1}, StyleOf(kHardSwish), features.Block());
  AddClassifier(hidden_units, config.dropout(), &layers);
  return model;
}

}  // namespace

ZooModel MobileNetV3Small(const MobileNetConfig& config) {
  return MobileNetV3(kSmall, /*hidden_units=*/1024, config);
}

ZooModel MobileNetV3Large(const MobileNetConfig& config) {
  return MobileNetV3(kLarge, /*hidden_units=*/1280, config);
}

}  // namespace mica
