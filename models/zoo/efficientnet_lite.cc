#include "models/zoo/efficientnet_lite.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

struct Stage {
  int expansion, kernel, stride, channels, layers;
};
constexpr Stage kStages[] = {{1, 3, 1, 16, 1},  {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3},
                             {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1}};
constexpr int kLayers = LayersOf(kStages);
constexpr int kStemChannels = 32;
constexpr int kHeadChannels = 1280;
constexpr double kDropout = 0.2;

// As timm draws them: by fan_out, which for depthwise convolutions means the kernel alone, our
// fan_in; linear layers between plus and minus 1 / sqrt(classes).
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }
    rule { pattern: "*.conv_dw" kaiming_normal { fan: FAN_IN } }
    rule { layer_kind: LINEAR kaiming_uniform { fan: FAN_OUT negative_slope: 2.2360679774997896 } }
    rule { layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

struct ConvolutionNames {
  const char *convolution, *norm, *activation;
};

// The parts of the network, as its weights need them.
class Parts {
 public:
  explicit Parts(bool tensorflow) : tensorflow_(tensorflow) {}

  void AddConvolution(const ConvolutionShape& shape, const ConvolutionNames& names, LayerWriter* layers) const {
    const bool pads = tensorflow_ && shape.stride > 1;
    if (pads) {
      SamePadConfig* const pad = layers->Named(absl::StrCat(names.convolution, "_pad")).Next()->mutable_same_pad();
      pad->set_kernel_size_px(shape.kernel);
      pad->set_stride(shape.stride);
    }
    Conv2dConfig* const convolution = layers->Named(names.convolution).Convolution(shape);
    if (pads) convolution->clear_padding_px();
    if (tensorflow_) {
      layers->Named(names.norm).BatchNorm(/*epsilon=*/1e-3);
    } else {
      layers->Named(names.norm).BatchNorm();
    }
    if (names.activation != nullptr) layers->Named(names.activation).Next()->mutable_relu6();
  }

  void AddLayer(const InvertedResidual& shape, LayerWriter* layers) const {
    LayerWriter branch = AddBranch(shape.keeps_shape(), layers);
    const ConvolutionShape depthwise{shape.expanded_channels, shape.kernel, shape.stride, /*groups=*/shape.expanded_channels};
    if (shape.expands()) {
      AddConvolution({shape.expanded_channels, /*kernel=*/1}, {"conv_pw", "bn1", "act1"}, &branch);
      AddConvolution(depthwise, {"conv_dw", "bn2", "act2"}, &branch);
      AddConvolution({shape.out_channels, /*kernel=*/1}, {"conv_pwl", "bn3", nullptr}, &branch);
    } else {
      AddConvolution(depthwise, {"conv_dw", "bn1", "act1"}, &branch);
      AddConvolution({shape.out_channels, /*kernel=*/1}, {"conv_pw", "bn2", nullptr}, &branch);
    }
    if (shape.keeps_shape()) AddStochasticDepth(shape.stochastic_depth, &branch, "drop_path");
  }

 private:
  const bool tensorflow_;
};

}  // namespace

ZooModel EfficientNetLite0(const EfficientNetLiteConfig& config) {
  const Parts parts(config.tensorflow());
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  parts.AddConvolution({kStemChannels, /*kernel=*/3, /*stride=*/2}, {"conv_stem", "bn1", "act1"}, &layers);
  LayerWriter stages = layers.Named("blocks").Block();
  int channels = kStemChannels;
  int index = 0;
  for (const Stage& stage : kStages) {
    LayerWriter blocks = stages.Block();
    for (int i = 0; i < stage.layers; ++i) {
      InvertedResidual shape{channels, channels * stage.expansion, stage.channels, stage.kernel, /*stride=*/i == 0 ? stage.stride : 1};
      shape.stochastic_depth = config.stochastic_depth() * index++ / kLayers;
      parts.AddLayer(shape, &blocks);
      channels = stage.channels;
    }
  }
  parts.AddConvolution({kHeadChannels, /*kernel=*/1}, {"conv_head", "bn2", "act2"}, &layers);
  layers.Named("global_pool").GlobalAveragePool();
  layers.Named("drop").Dropout(config.has_dropout() ? config.dropout() : kDropout);
  layers.Named("classifier").LinearToClasses();
  return model;
}

}  // namespace mica
