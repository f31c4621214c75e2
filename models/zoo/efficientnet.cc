#include "models/zoo/efficientnet.h"

#include <cmath>
#include <iterator>
#include <vector>

#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

struct Stage {
  int expansion, kernel, stride, channels, layers;
  bool fused = false;  // the first two convolutions of a layer are one
};

// Table 1 of the paper of 2019.
constexpr Stage kB0[] = {{1, 3, 1, 16, 1},  {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3},
                         {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1}};

// Table 4 of the paper of 2021.
constexpr Stage kV2S[] = {{1, 3, 1, 24, 2, true}, {4, 3, 2, 48, 4, true}, {4, 3, 2, 64, 4, true},
                          {4, 3, 2, 128, 6},      {6, 3, 1, 160, 9},      {6, 3, 2, 256, 15}};

// As torchvision draws them; linear layers between plus and minus 1 / sqrt(classes).
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D layer_kind: SQUEEZE_EXCITE kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR kaiming_uniform { fan: FAN_OUT negative_slope: 2.2360679774997896 } }
    rule { layer_kind: LINEAR layer_kind: SQUEEZE_EXCITE tensor: BIAS constant { value: 0 } })";

struct Layout {
  int stem_channels;
  std::vector<Stage> stages;
  int head_channels;
  double epsilon;  // of batch norms
  double dropout;
};

// B0 with its channels and depths multiplied.
Layout ScaledB0(double width, double depth, double dropout) {
  Layout layout{RoundedChannels(32 * width), {}, /*head_channels=*/0, /*epsilon=*/1e-5, dropout};
  for (Stage stage : kB0) {
    stage.channels = RoundedChannels(stage.channels * width);
    stage.layers = static_cast<int>(std::ceil(stage.layers * depth));
    layout.stages.push_back(stage);
  }
  layout.head_channels = 4 * layout.stages.back().channels;
  return layout;
}

SqueezeExciteConfig SqueezeExciteTo(int channels) {
  SqueezeExciteConfig config;
  config.set_squeeze_channels(channels);
  config.set_activation(SqueezeExciteConfig::SILU);
  return config;
}

// An ordinary convolution to more channels and a 1x1 convolution to few; or the first alone if the
// channels do not become more.
void AddFusedResidual(const InvertedResidual& shape, const ConvolutionStyle& style, LayerWriter* layers) {
  LayerWriter branch = AddBranch(shape.keeps_shape(), layers);
  LayerWriter block = branch.Named("block").Block();
  AddConvNormActivation({shape.expanded_channels, shape.kernel, shape.stride}, style, block.Block());
  if (shape.expands()) AddConvNorm({shape.out_channels, /*kernel=*/1}, style.norm, block.Block());
  if (shape.keeps_shape()) AddStochasticDepth(shape.stochastic_depth, &branch);
}

// Writes one stage after the other.
class StageWriter {
 public:
  StageWriter(const Layout& layout, const ConvolutionStyle& style, double stochastic_depth)
      : style_(style), stochastic_depth_(stochastic_depth), total_layers_(LayersOf(layout.stages)), channels_(layout.stem_channels) {}

  void Add(const Stage& stage, LayerWriter layers) {
    for (int i = 0; i < stage.layers; ++i) {
      InvertedResidual shape{channels_, channels_ * stage.expansion, stage.channels, stage.kernel, /*stride=*/i == 0 ? stage.stride : 1};
      shape.stochastic_depth = stochastic_depth_ * layers_++ / total_layers_;
      if (stage.fused) {
        AddFusedResidual(shape, style_, &layers);
      } else {
        shape.squeeze_excite = SqueezeExciteTo(channels_ / 4);
        AddInvertedResidual(shape, style_, &layers);
      }
      channels_ = stage.channels;
    }
  }

 private:
  const ConvolutionStyle style_;
  const double stochastic_depth_;
  const int total_layers_;
  int layers_ = 0;  // so far
  int channels_;    // of the last one
};

ZooModel EfficientNet(const Layout& layout, const EfficientNetConfig& config) {
  ConvolutionStyle style;
  style.activation.mutable_silu();
  style.norm.set_epsilon(layout.epsilon);
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  AddConvNormActivation({layout.stem_channels, /*kernel=*/3, /*stride=*/2}, style, features.Block());
  StageWriter stages(layout, style, config.stochastic_depth());
  for (const Stage& stage : layout.stages) stages.Add(stage, features.Block());
  AddConvNormActivation({layout.head_channels, /*kernel=*/1}, style, features.Block());
  AddPooledClassifier(config.has_dropout() ? config.dropout() : layout.dropout, &layers);
  return model;
}

}  // namespace

ZooModel EfficientNetB0(const EfficientNetConfig& config) {
  return EfficientNet(ScaledB0(/*width=*/1.0, /*depth=*/1.0, /*dropout=*/0.2), config);
}

ZooModel EfficientNetB1(const EfficientNetConfig& config) {
  return EfficientNet(ScaledB0(/*width=*/1.0, /*depth=*/1.1, /*dropout=*/0.2), config);
}

ZooModel EfficientNetB2(const EfficientNetConfig& config) {
  return EfficientNet(ScaledB0(/*width=*/1.1, /*depth=*/1.2, /*dropout=*/0.3), config);
}

ZooModel EfficientNetV2S(const EfficientNetConfig& config) {
  const Layout layout{/*stem_channels=*/24, {std::begin(kV2S), std::end(kV2S)}, /*head_channels=*/1280, /*epsilon=*/1e-3, /*dropout=*/0.2};
  return EfficientNet(layout, config);
}

}  // namespace mica
