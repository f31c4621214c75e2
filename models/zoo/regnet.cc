#include "models/zoo/regnet.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// What the rule gives for RegNetY-400MF.
struct Stage {
  int layers, channels;
};
constexpr Stage kStages[] = {{1, 48}, {3, 104}, {6, 208}, {6, 440}};
constexpr int kStemChannels = 32;
constexpr int kChannelsOfGroup = 8;
constexpr double kSqueeze = 0.25;  // channels within squeeze_excite / channels of the residual's input

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D layer_kind: SQUEEZE_EXCITE kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR normal { std: 0.01 } }
    rule { layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

ConvolutionStyle Style() {
  ConvolutionStyle style;
  style.activation.mutable_relu();
  return style;
}

// A residual and the ReLU after it.
void AddLayer(int in_channels, const ConvolutionShape& shape, LayerWriter layers) {
  ResidualWriter residual = layers.Named("").Residual();
  LayerWriter branch = residual.branch.Named("f").Block();
  AddConvNormActivation({shape.channels, /*kernel=*/1}, Style(), branch.Named("a").Block());
  AddConvNormActivation(shape, Style(), branch.Named("b").Block());
  const int squeeze_channels = static_cast<int>(std::lround(kSqueeze * in_channels));
  branch.Named("se").Next()->mutable_squeeze_excite()->set_squeeze_channels(squeeze_channels);
  AddConvNorm({shape.channels, /*kernel=*/1}, BatchNormConfig(), branch.Named("c").Block());
  if (shape.stride != 1 || in_channels != shape.channels) {
    AddConvNorm({shape.channels, /*kernel=*/1, shape.stride}, BatchNormConfig(), residual.shortcut.Named("proj").Block());
  }
  layers.Named("activation").Relu();
}

}  // namespace

ZooModel RegNetY400Mf() {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  AddConvNormActivation({kStemChannels, /*kernel=*/3, /*stride=*/2}, Style(), layers.Named("stem").Block());
  LayerWriter trunk = layers.Named("trunk_output").Block();
  int channels = kStemChannels;
  int number = 0;
  for (const Stage& stage : kStages) {
    const std::string name = absl::StrCat("block", ++number);
    LayerWriter blocks = trunk.Named(name).Block();
    for (int i = 0; i < stage.layers; ++i) {
      const ConvolutionShape shape{stage.channels, /*kernel=*/3, /*stride=*/i == 0 ? 2 : 1, /*groups=*/stage.channels / kChannelsOfGroup};
      AddLayer(channels, shape, blocks.Named(absl::StrCat(name, "-", i)).Block());
      channels = stage.channels;
    }
  }
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

}  // namespace mica
