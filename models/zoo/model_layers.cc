#include "models/zoo/model_layers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/initialisation/initialisation_plan.h"
#include "models/zoo/alexnet.h"
#include "models/zoo/convnext.h"
#include "models/zoo/densenet.h"
#include "models/zoo/efficientnet.h"
#include "models/zoo/efficientnet_lite.h"
#include "models/zoo/mobilenet_v2.h"
#include "models/zoo/mobilenet_v3.h"
#include "models/zoo/regnet.h"
#include "models/zoo/resnet.h"
#include "models/zoo/shufflenet.h"
#include "models/zoo/simple_cnns.h"
#include "models/zoo/small_resnets.h"
#include "models/zoo/squeezenet.h"
#include "models/zoo/swin_transformer.h"
#include "models/zoo/tutorial_models.h"
#include "models/zoo/vgg.h"
#include "models/zoo/vision_transformer.h"
#include "models/zoo/zoo_model.h"

namespace mica {
namespace {

// As published, without what the config says beside its kind.
absl::StatusOr<ZooModel> ZooModelOf(const ModelConfig& config) {
  switch (config.kind_case()) {
    case ModelConfig::kLinear:
      return Linear(config.linear());
    case ModelConfig::kLinearRelu:
      return LinearRelu(config.linear_relu());
    case ModelConfig::kTinyVgg:
      return TinyVgg(config.tiny_vgg());
    case ModelConfig::kSequential:
      return ZooModel{config.sequential(), {}};
    case ModelConfig::kSimpleconv3:
      return SimpleConv3();
    case ModelConfig::kFoodCnn:
      return FoodCnn(config.food_cnn());
    case ModelConfig::kAlexnet:
      return AlexNet(config.alexnet());
    case ModelConfig::kVgg11:
      return Vgg({kVgg11, /*batch_norm=*/false}, config.vgg11());
    case ModelConfig::kVgg11Bn:
      return Vgg({kVgg11, /*batch_norm=*/true}, config.vgg11_bn());
    case ModelConfig::kVgg13:
      return Vgg({kVgg13, /*batch_norm=*/false}, config.vgg13());
    case ModelConfig::kVgg13Bn:
      return Vgg({kVgg13, /*batch_norm=*/true}, config.vgg13_bn());
    case ModelConfig::kVgg16:
      return Vgg({kVgg16, /*batch_norm=*/false}, config.vgg16());
    case ModelConfig::kVgg16Bn:
      return Vgg({kVgg16, /*batch_norm=*/true}, config.vgg16_bn());
    case ModelConfig::kVgg19:
      return Vgg({kVgg19, /*batch_norm=*/false}, config.vgg19());
    case ModelConfig::kVgg19Bn:
      return Vgg({kVgg19, /*batch_norm=*/true}, config.vgg19_bn());
    case ModelConfig::kResnet18:
      return ResNet(kResNet18);
    case ModelConfig::kResnet34:
      return ResNet(kResNet34);
    case ModelConfig::kResnet50:
      return ResNet(kResNet50);
    case ModelConfig::kResnet101:
      return ResNet(kResNet101);
    case ModelConfig::kResnet152:
      return ResNet(kResNet152);
    case ModelConfig::kWideResnet502:
      return ResNet(kWideResNet50);
    case ModelConfig::kResnext5032X4D:
      return ResNet(kResNext50);
    case ModelConfig::kDensenet121:
      return DenseNet121(config.densenet121());
    case ModelConfig::kSqueezenet11:
      return SqueezeNet11(config.squeezenet1_1());
    case ModelConfig::kMobilenetV2:
      return MobileNetV2(config.mobilenet_v2());
    case ModelConfig::kMobilenetV3Small:
      return MobileNetV3Small(config.mobilenet_v3_small());
    case ModelConfig::kMobilenetV3Large:
      return MobileNetV3Large(config.mobilenet_v3_large());
    case ModelConfig::kShufflenetV2X10:
      return ShuffleNetV2X10();
    case ModelConfig::kEfficientnetB0:
      return EfficientNetB0(config.efficientnet_b0());
    case ModelConfig::kEfficientnetB1:
      return EfficientNetB1(config.efficientnet_b1());
    case ModelConfig::kEfficientnetB2:
      return EfficientNetB2(config.efficientnet_b2());
    case ModelConfig::kEfficientnetLite0:
      return EfficientNetLite0(config.efficientnet_lite0());
    case ModelConfig::kEfficientnetV2S:
      return EfficientNetV2S(config.efficientnet_v2_s());
    case ModelConfig::kRegnetY400Mf:
      return RegNetY400Mf();
    case ModelConfig::kConvnextTiny:
      return ConvNextTiny(config.convnext_tiny());
    case ModelConfig::kVitB16:
      return VitB16(config.vit_b_16());
    case ModelConfig::kVitTiny16:
      return VitTiny16(config.vit_tiny_16());
    case ModelConfig::kSwinT:
      return SwinTiny(config.swin_t());
    case ModelConfig::kResnet20:
      return SmallResNet(/*residuals_per_stage=*/3);
    case ModelConfig::kResnet56:
      return SmallResNet(/*residuals_per_stage=*/9);
    case ModelConfig::kWideResnet282:
      return SmallWideResNet(/*width=*/2, config.wide_resnet_28_2());
    case ModelConfig::kWideResnet2810:
      return SmallWideResNet(/*width=*/10, config.wide_resnet_28_10());
    case ModelConfig::kResnet9:
      return ResNet9(config.resnet9());
    case ModelConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("model is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("ModelConfig.kind: unknown arm");
}

// The side of the smallest square image that fits through the layers, if there is one. It is doubled
// until it fits; the answer lies above the last one that does not. Mostly all larger images fit too,
// but not where lists join or add what is rounded in different ways: so small sides are tried one by
// one, and only large ones by bisection.
std::optional<int> SmallestSide(const LayerList& layers, int64_t channels, int num_classes) {
  constexpr int kMaxSide = 1024, kMaxTried = 64;
  const auto fits = [&](int side) { return InferLayers(layers, "", {channels, side, side}, num_classes).ok(); };
  int side = 1;
  while (side <= kMaxSide && !fits(side)) side *= 2;
  if (side > kMaxSide) return std::nullopt;
  int too_small = side / 2;
  if (side <= kMaxTried) {
    int smallest = too_small + 1;
    while (!fits(smallest)) ++smallest;
    return smallest;
  }
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

absl::StatusOr<ModelConfig> AsLayers(const ModelConfig& config) {
  MICA_ASSIGN_OR_RETURN(ZooModel zoo, ZooModelOf(config));
  ModelConfig model;
  *model.mutable_sequential() = std::move(zoo.layers);
  if (config.has_initial_weights()) *model.mutable_initial_weights() = config.initial_weights();
  zoo.initialisation.MergeFrom(config.initialisation());
  if (config.has_initialisation() || zoo.initialisation.rule_size() > 0) *model.mutable_initialisation() = std::move(zoo.initialisation);
  return model;
}

absl::StatusOr<InferredModel> InferModel(const ModelConfig& config, const LayerShape& input, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const ModelConfig as_layers, AsLayers(config));
  InferredModel model{as_layers.sequential(), as_layers.initialisation(), {}};
  absl::StatusOr<std::vector<InferredLayer>> layers =
      InferLayers(model.config.layer(), config.has_sequential() ? "model.sequential" : "", input, num_classes);
  if (!layers.ok()) {
    return config.has_sequential()
               ? ListError(model.config.layer(), input, num_classes, layers.status())
               : ZooError(absl::StrCat("model.", ChosenArm(config, "kind")), model.config.layer(), input, num_classes, layers.status());
  }
  MICA_ASSIGN_OR_RETURN(model.layers, std::move(layers));
  MICA_RETURN_IF_ERROR(CheckInitialisation(config.initialisation(), "model.initialisation", model.layers));
  return model;
}

}  // namespace mica
