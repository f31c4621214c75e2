#include "models/zoo/shufflenet.h"

#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

struct Stage {
  const char* name;
  int units, channels;
};
constexpr Stage kStages[] = {{"stage2", 4, 116}, {"stage3", 8, 232}, {"stage4", 4, 464}};
constexpr int kStemChannels = 24;
constexpr int kHeadChannels = 1024;

ConvolutionStyle Style() {
  ConvolutionStyle style;
  style.activation.mutable_relu();
  return style;
}

void AddDepthwise(int channels, int stride, LayerWriter branch) {
  AddConvNorm({channels, /*kernel=*/3, stride, /*groups=*/channels}, BatchNormConfig(), branch);
}

void AddConvolvedBranch(int channels, int stride, LayerWriter branch) {
  AddConvNormActivation({channels, /*kernel=*/1}, Style(), branch);
  AddDepthwise(channels, stride, branch);
  AddConvNormActivation({channels, /*kernel=*/1}, Style(), branch);
}

// Halves the sides, in two branches that both see all of the input.
void AddFirstUnit(int in_channels, int out_channels, ConcatWriter concat) {
  LayerWriter first = concat.Branch().Named("branch1").Block();
  AddDepthwise(in_channels, /*stride=*/2, first);
  AddConvNormActivation({out_channels / 2, /*kernel=*/1}, Style(), first);
  AddConvolvedBranch(out_channels / 2, /*stride=*/2, concat.Branch().Named("branch2").Block());
}

void AddUnit(int in_channels, int out_channels, LayerWriter unit) {
  LayerConfig* layer = unit.Named("").Next();
  ConcatWriter concat(layer);
  if (in_channels != out_channels) {
    AddFirstUnit(in_channels, out_channels, concat);
  } else {
    layer->mutable_concat()->set_split_input(true);
    concat.Branch();  // passes by
    AddConvolvedBranch(out_channels / 2, /*stride=*/1, concat.Branch().Named("branch2").Block());
  }
  unit.Named("shuffle").Next()->mutable_channel_shuffle()->set_groups(2);
}

}  // namespace

ZooModel ShuffleNetV2X10() {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  AddConvNormActivation({kStemChannels, /*kernel=*/3, /*stride=*/2}, Style(), layers.Named("conv1").Block());
  layers.Named("maxpool").MaxPool({/*kernel=*/3, /*stride=*/2, /*padding=*/1});
  int channels = kStemChannels;
  for (const Stage& stage : kStages) {
    LayerWriter units = layers.Named(stage.name).Block();
    for (int i = 0; i < stage.units; ++i) {
      AddUnit(channels, stage.channels, units.Block());
      channels = stage.channels;
    }
  }
  AddConvNormActivation({kHeadChannels, /*kernel=*/1}, Style(), layers.Named("conv5").Block());
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

}  // namespace mica
