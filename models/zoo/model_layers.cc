#include "models/zoo/model_layers.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

BlockConfig* AddBlock(const std::string& name, SequentialConfig* model) {
  LayerConfig* layer = model->add_layer();
  layer->set_name(name);
  return layer->mutable_block();
}

struct LinearLayout {
  int hidden_units;
  bool relu_between;
  bool relu_on_logits;
};

// flatten, inputs -> hidden_units, [ReLU,] hidden_units -> classes [, ReLU]. Tensors: layer_stack.1
// and layer_stack.2, or layer_stack.3 with a ReLU between the linear layers, each .weight and
// .bias.
SequentialConfig LinearLayers(const LinearLayout& layout) {
  SequentialConfig model;
  BlockConfig* stack = AddBlock("layer_stack", &model);
  stack->add_layer()->mutable_flatten();
  stack->add_layer()->mutable_linear()->set_out_features(layout.hidden_units);
  if (layout.relu_between) stack->add_layer()->mutable_relu();
  stack->add_layer()->mutable_linear();
  if (layout.relu_on_logits) stack->add_layer()->mutable_relu();
  return model;
}

void AddConvolutionAndRelu(int channels, BlockConfig* block) {
  Conv2dConfig* convolution = block->add_layer()->mutable_conv2d();
  convolution->set_out_channels(channels);
  convolution->set_kernel_size_px(3);
  convolution->set_padding_px(1);
  block->add_layer()->mutable_relu();
}

// TinyVGG, the smallest network of VGG's kind (Simonyan and Zisserman 2015). Tensors: block_1.0,
// block_1.2, block_2.0, block_2.2, classifier.1, each .weight and .bias. 28x28 grey, 10 channels,
// 10 classes: 7,740 parameters.
SequentialConfig TinyVggLayers(const TinyVggConfig& config) {
  SequentialConfig model;
  for (const char* name : {"block_1", "block_2"}) {
    BlockConfig* block = AddBlock(name, &model);
    AddConvolutionAndRelu(config.hidden_channels(), block);
    AddConvolutionAndRelu(config.hidden_channels(), block);
    block->add_layer()->mutable_max_pool()->set_kernel_size_px(2);
  }
  BlockConfig* classifier = AddBlock("classifier", &model);
  classifier->add_layer()->mutable_flatten();
  classifier->add_layer()->mutable_linear();
  return model;
}

// The side of the smallest square image that fits through the layers, if there is one. First it is
// doubled until it fits. Larger images fit too, but for lists that join or add what is rounded in
// different ways: so small sides are tried one by one, and only large ones by bisection.
std::optional<int> SmallestSide(const LayerList& layers, int64_t channels, int num_classes) {
  constexpr int kMaxSide = 1024, kMaxTried = 64;
  const auto fits = [&](int side) { return InferLayers(layers, "", {channels, side, side}, num_classes).ok(); };
  int side = 1;
  while (side <= kMaxSide && !fits(side)) side *= 2;
  if (side > kMaxSide) return std::nullopt;
  if (side <= kMaxTried) {
    for (int smaller = 1; smaller < side; ++smaller) {
      if (fits(smaller)) return smaller;
    }
    return side;
  }
  int too_small = side / 2;
  while (side - too_small > 1) {
    const int middle = (side + too_small) / 2;
    (fits(middle) ? side : too_small) = middle;
  }
  return side;
}

// The smallest side, if that is what images of this shape lack.
std::optional<int> SideNeeded(const LayerList& layers, const LayerShape& input, int num_classes) {
  const std::optional<int> side = SmallestSide(layers, input.channels, num_classes);
  return side.has_value() && std::min(input.height_px, input.width_px) < *side ? side : std::nullopt;
}

// The zoo's models are correct, so only the data's shape or the model's size can be wrong.
absl::Status ZooError(const std::string& model, const LayerList& layers, const LayerShape& input, int num_classes,
                      const absl::Status& error) {
  const std::optional<int> side = SideNeeded(layers, input, num_classes);
  const std::string needs = side.has_value() ? absl::StrCat(" needs images of at least ", *side, "x", *side, " pixels, the data has ",
                                                            input.height_px, "x", input.width_px, "; ")
                                             : ": ";
  return WithFields(ConfigError(absl::StrCat(model, needs, error.message())), {model});
}

// Says what size would do, if that is all that is wrong with the list.
absl::Status ListError(const LayerList& layers, const LayerShape& input, int num_classes, const absl::Status& error) {
  const std::optional<int> side = SideNeeded(layers, input, num_classes);
  if (!side.has_value()) return error;
  return WithMessage(error, absl::StrCat(error.message(), "; the model needs images of at least ", *side, "x", *side, " pixels"));
}

}  // namespace

absl::StatusOr<SequentialConfig> LayersOfModel(const ModelConfig& config) {
  switch (config.kind_case()) {
    case ModelConfig::kLinear:
      return LinearLayers({config.linear().hidden_units(), /*relu_between=*/false, /*relu_on_logits=*/false});
    case ModelConfig::kLinearRelu:
      return LinearLayers({config.linear_relu().hidden_units(), /*relu_between=*/true, config.linear_relu().relu_on_logits()});
    case ModelConfig::kTinyVgg:
      return TinyVggLayers(config.tiny_vgg());
    case ModelConfig::kSequential:
      return config.sequential();
    case ModelConfig::kSimpleconv3:
    case ModelConfig::kFoodCnn:
    case ModelConfig::kAlexnet:
    case ModelConfig::kVgg11:
    case ModelConfig::kVgg11Bn:
    case ModelConfig::kVgg13:
    case ModelConfig::kVgg13Bn:
    case ModelConfig::kVgg16:
    case ModelConfig::kVgg16Bn:
    case ModelConfig::kVgg19:
    case ModelConfig::kVgg19Bn:
    case ModelConfig::kResnet18:
    case ModelConfig::kResnet34:
    case ModelConfig::kResnet50:
    case ModelConfig::kResnet101:
    case ModelConfig::kResnet152:
    case ModelConfig::kWideResnet502:
    case ModelConfig::kResnext5032X4D:
    case ModelConfig::kDensenet121:
    case ModelConfig::kSqueezenet11:
    case ModelConfig::kMobilenetV2:
    case ModelConfig::kMobilenetV3Small:
    case ModelConfig::kMobilenetV3Large:
    case ModelConfig::kShufflenetV2X10:
    case ModelConfig::kEfficientnetB0:
    case ModelConfig::kEfficientnetB1:
    case ModelConfig::kEfficientnetB2:
    case ModelConfig::kEfficientnetLite0:
    case ModelConfig::kEfficientnetV2S:
    case ModelConfig::kRegnetY400Mf:
    case ModelConfig::kConvnextTiny:
    case ModelConfig::kVitB16:
    case ModelConfig::kVitTiny16:
    case ModelConfig::kSwinT:
    case ModelConfig::kResnet20:
    case ModelConfig::kResnet56:
    case ModelConfig::kWideResnet282:
    case ModelConfig::kWideResnet2810:
    case ModelConfig::kResnet9:
      return absl::UnimplementedError("a later commit");
    case ModelConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("model is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("ModelConfig.kind: unknown arm");
}

absl::StatusOr<InferredModel> InferModel(const ModelConfig& config, const LayerShape& input, int num_classes) {
  InferredModel model;
  MICA_ASSIGN_OR_RETURN(model.config, LayersOfModel(config));
  absl::StatusOr<std::vector<InferredLayer>> layers =
      InferLayers(model.config.layer(), config.has_sequential() ? "model.sequential" : "", input, num_classes);
  if (!layers.ok()) {
    return config.has_sequential()
               ? ListError(model.config.layer(), input, num_classes, layers.status())
               : ZooError(absl::StrCat("model.", ChosenArm(config, "kind")), model.config.layer(), input, num_classes, layers.status());
  }
  MICA_ASSIGN_OR_RETURN(model.layers, std::move(layers));
  return model;
}

}  // namespace mica
