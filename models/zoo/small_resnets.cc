#include "models/zoo/small_resnets.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// As the authors draw them: He et al. 2015.
constexpr char kSmallResNetInitialisation[] = "rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }";
constexpr char kWideInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

constexpr int kStages = 3;

void WriteSmallResidual(int channels, int stride, LayerWriter block) {
  ResidualWriter residual = block.Named("").Residual();
  residual.branch.Named("conv1").Convolution({channels, 3, stride});
  residual.branch.Named("bn1").BatchNorm();
  residual.branch.Named("relu1").Relu();
  residual.branch.Named("conv2").Convolution({channels});
  residual.branch.Named("bn2").BatchNorm();
  if (stride > 1) {
    LayerWriter downsample = residual.shortcut.Named("downsample").Block();
    downsample.Convolution({channels, 1, stride});
    downsample.BatchNorm();
  }
  block.Named("relu").Relu();
}

struct WidePlace {
  int channels;
  int stride;
  bool with_shortcut;
  double dropout;
};

// Where the size changes, the shortcut begins behind the first norm and ReLU.
void WriteWideResidual(const WidePlace& place, LayerWriter block) {
  if (place.with_shortcut) {
    block.Named("bn1").BatchNorm();
    block.Named("relu1").Relu();
  }
  ResidualWriter residual = block.Named("").Residual();
  LayerWriter& branch = residual.branch;
  if (!place.with_shortcut) {
    branch.Named("bn1").BatchNorm();
    branch.Named("relu1").Relu();
  }
  branch.Named("conv1").Convolution({place.channels, 3, place.stride});
  branch.Named("bn2").BatchNorm();
  branch.Named("relu2").Relu();
  if (place.dropout > 0) branch.Named("dropout").Dropout(place.dropout);
  branch.Named("conv2").Convolution({place.channels});
  if (place.with_shortcut) residual.shortcut.Named("convShortcut").Convolution({place.channels, 1, place.stride});
}

// The numbers of convolution and norm are left out if `number` is 0.
void AddConvolutionNormRelu(int channels, int number, LayerWriter* layers) {
  const std::string suffix = number > 0 ? absl::StrCat(number) : "";
  layers->Named("conv" + suffix).Convolution({channels});
  layers->Named("bn" + suffix).BatchNorm();
  layers->Named("relu" + suffix).Relu();
}

}  // namespace

ZooModel SmallResNet(int residuals_per_stage) {
  ZooModel model{{}, ZooInitialisation(kSmallResNetInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  layers.Named("conv1").Convolution({16});
  layers.Named("bn1").BatchNorm();
  layers.Named("relu").Relu();
  for (int stage = 0; stage < kStages; ++stage) {
    LayerWriter blocks = layers.Named(absl::StrCat("layer", stage + 1)).Block();
    for (int i = 0; i < residuals_per_stage; ++i) WriteSmallResidual(16 << stage, stage > 0 && i == 0 ? 2 : 1, blocks.Block());
  }
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

ZooModel SmallWideResNet(int width, const SmallWideResNetConfig& config) {
  constexpr int kResidualsPerStage = 4;
  ZooModel model{{}, ZooInitialisation(kWideInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  layers.Named("conv1").Convolution({16});
  for (int stage = 0; stage < kStages; ++stage) {
    LayerWriter blocks = layers.Named(absl::StrCat("block", stage + 1)).Block().Named("layer").Block();
    for (int i = 0; i < kResidualsPerStage; ++i) {
      const bool first = i == 0;
      WriteWideResidual({(16 << stage) * width, first && stage > 0 ? 2 : 1, first, config.dropout()}, blocks.Block());
    }
  }
  layers.Named("bn1").BatchNorm();
  layers.Named("relu").Relu();
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

ZooModel ResNet9(const ResNet9Config& config) {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter prep = layers.Named("prep").Block();
  AddConvolutionNormRelu(config.channels(), 0, &prep);
  for (int stage = 1; stage <= 3; ++stage) {
    const int channels = config.channels() << stage;
    LayerWriter block = layers.Named(absl::StrCat("layer", stage)).Block();
    AddConvolutionNormRelu(channels, 0, &block);
    block.Named("pool").MaxPool({});
    if (stage == 2) continue;
    ResidualWriter residual = block.Named("residual").Residual();
    AddConvolutionNormRelu(channels, 1, &residual.branch);
    AddConvolutionNormRelu(channels, 2, &residual.branch);
  }
  layers.Named("pool").GlobalAveragePool();
  layers.Named("fc").LinearToClasses();
  return model;
}

}  // namespace mica
