#include "models/zoo/resnet.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// As torchvision draws them.
constexpr char kInitialisation[] = "rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }";

// One residual within a stage.
struct Place {
  int channels;  // of the stage; a bottleneck puts out four times as many
  int stride;
  bool with_shortcut;
};

void AddConvolutionAndNorm(int number, const ConvolutionShape& shape, LayerWriter* branch) {
  branch->Named(absl::StrCat("conv", number)).Convolution(shape);
  branch->Named(absl::StrCat("bn", number)).BatchNorm();
}

void WriteBasicBranch(const Place& place, LayerWriter* branch) {
  AddConvolutionAndNorm(1, {place.channels, 3, place.stride}, branch);
  branch->Named("relu1").Relu();
  AddConvolutionAndNorm(2, {place.channels}, branch);
}

void WriteBottleneck(const ResNetLayout& layout, const Place& place, LayerWriter* branch) {
  const int width = place.channels / 64 * layout.group_channels * layout.groups;
  AddConvolutionAndNorm(1, {width, 1}, branch);
  branch->Named("relu1").Relu();
  AddConvolutionAndNorm(2, {width, 3, place.stride, layout.groups}, branch);
  branch->Named("relu2").Relu();
  AddConvolutionAndNorm(3, {4 * place.channels, 1}, branch);
}

void WriteResidual(const ResNetLayout& layout, const Place& place, LayerWriter block) {
  ResidualWriter residual = block.Named("").Residual();
  if (layout.bottleneck) {
    WriteBottleneck(layout, place, &residual.branch);
  } else {
    WriteBasicBranch(place, &residual.branch);
  }
  if (place.with_shortcut) {
    LayerWriter downsample = residual.shortcut.Named("downsample").Block();
    downsample.Convolution({layout.bottleneck ? 4 * place.channels : place.channels, 1, place.stride});
    downsample.BatchNorm();
  }
  block.Named("relu").Relu();
}

}  // namespace

ZooModel ResNet(const ResNetLayout& layout) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  layers.Named("conv1").Convolution({64, 7, 2});
  layers.Named("bn1").BatchNorm();
  layers.Named("relu").Relu();
  layers.Named("maxpool").MaxPool({3, 2, 1});
  for (int stage = 0; stage < 4; ++stage) {
    LayerWriter blocks = layers.Named(absl::StrCat("layer", stage + 1)).Block();
    for (int i = 0; i < layout.residuals[stage]; ++i) {
      const bool first = i == 0;
      WriteResidual(layout, {64 << stage, first && stage > 0 ? 2 : 1, first && (stage > 0 || layout.bottleneck)}, blocks.Block());
    }
  }
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

}  // namespace mica
