#include "models/zoo/mobilenet_v2.h"

#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// Table 2 of the paper.
struct Stage {
  int expansion, channels, layers, stride;
};
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr int kStemChannels = 32;
constexpr int kHeadChannels = 1280;

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR normal { std: 0.01 } }
    rule { layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

// Not AddInvertedResidual: in this network the last convolution and its norm have no block of their
// own.
void AddLayer(const InvertedResidual& shape, const ConvolutionStyle& style, LayerWriter* layers) {
  LayerWriter branch = AddBranch(shape.keeps_shape(), layers).Named("conv").Block();
  if (shape.expands()) AddConvNormActivation({shape.expanded_channels, /*kernel=*/1}, style, branch.Block());
  AddConvNormActivation({shape.expanded_channels, shape.kernel, shape.stride, /*groups=*/shape.expanded_channels}, style, branch.Block());
  AddConvNorm({shape.out_channels, /*kernel=*/1}, style.norm, branch);
}

}  // namespace

ZooModel MobileNetV2(const MobileNetConfig& config) {
  ConvolutionStyle style;
  style.activation.mutable_relu6();
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  AddConvNormActivation({kStemChannels, /*kernel=*/3, /*stride=*/2}, style, features.Block());
  int channels = kStemChannels;
  for (const Stage& stage : kStages) {
    for (int i = 0; i < stage.layers; ++i) {
      AddLayer({channels, channels * stage.expansion, stage.channels, /*kernel=*/3, /*stride=*/i == 0 ? stage.stride : 1}, style,
               &features);
      channels = stage.channels;
    }
  }
  AddConvNormActivation({kHeadChannels, /*kernel=*/1}, style, features.Block());
  AddPooledClassifier(config.dropout(), &layers);
  return model;
}

}  // namespace mica
