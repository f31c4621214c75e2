#include "models/zoo/published_weights.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

enum class Publisher { kNobody, kTorchvision, kTimm };

Publisher PublisherOf(const ModelConfig& config) {
  switch (config.kind_case()) {
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
    case ModelConfig::kEfficientnetV2S:
    case ModelConfig::kRegnetY400Mf:
    case ModelConfig::kConvnextTiny:
    case ModelConfig::kVitB16:
    case ModelConfig::kSwinT:
      return Publisher::kTorchvision;
    case ModelConfig::kEfficientnetLite0:
    case ModelConfig::kVitTiny16:
      return Publisher::kTimm;
    case ModelConfig::kLinear:
    case ModelConfig::kLinearRelu:
    case ModelConfig::kTinyVgg:
    case ModelConfig::kSequential:
    case ModelConfig::kSimpleconv3:
    case ModelConfig::kFoodCnn:
    case ModelConfig::kResnet20:
    case ModelConfig::kResnet56:
    case ModelConfig::kWideResnet282:
    case ModelConfig::kWideResnet2810:
    case ModelConfig::kResnet9:
    case ModelConfig::KIND_NOT_SET:
      return Publisher::kNobody;
  }
  return Publisher::kNobody;
}

// A Python string in double quotes, within a shell's single quotes.
std::string PythonString(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"'", "'\\''"}}), "\"");
}

std::string Command(absl::string_view publisher, absl::string_view model, absl::string_view constructor, absl::string_view weights_file) {
  return absl::StrCat(publisher, " has weights of ", model, "; with its Python packages (pip install ", publisher,
                      " safetensors) this makes the file: python3 -c 'import ", publisher, " as v, safetensors.torch as s; s.save_file(",
                      constructor, ".state_dict(), ", PythonString(weights_file), ")'");
}

}  // namespace

std::string HowToGetWeights(const ModelConfig& config, absl::string_view weights_file) {
  const std::string arm = ChosenArm(config, "kind");
  switch (PublisherOf(config)) {
    case Publisher::kTorchvision:  // its constructors have the names of our arms
      return Command("torchvision", arm, absl::StrCat("v.models.", arm, "(weights=\"DEFAULT\")"), weights_file);
    case Publisher::kTimm: {
      const absl::string_view name = config.has_vit_tiny_16()                    ? "vit_tiny_patch16_224"
                                     : config.efficientnet_lite0().tensorflow() ? "tf_efficientnet_lite0"
                                                                                : absl::string_view(arm);
      return Command("timm", arm, absl::StrCat("v.create_model(\"", name, "\", pretrained=True)"), weights_file);
    }
    case Publisher::kNobody:
      break;
  }
  return "";
}

std::optional<PublishedImages> ImagesOfPublishedWeights(const ModelConfig& config) {
  if (PublisherOf(config) == Publisher::kNobody) return std::nullopt;
  PublishedImages images{{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, /*side_px=*/224, /*bicubic=*/false};
  if (config.has_efficientnet_b1()) images.side_px = 240;
  if (config.has_efficientnet_b2()) images.side_px = 288;
  if (config.has_efficientnet_v2_s()) images.side_px = 384;
  images.bicubic = config.has_efficientnet_b0() || config.has_efficientnet_b2() || config.has_swin_t() || config.has_efficientnet_lite0() ||
                   config.has_vit_tiny_16();
  if (config.has_vit_tiny_16() || config.efficientnet_lite0().tensorflow()) images.mean = images.std = {0.5, 0.5, 0.5};
  return images;
}

std::string PublisherName(const ModelConfig& config) {
  switch (PublisherOf(config)) {
    case Publisher::kTorchvision:
      return "torchvision";
    case Publisher::kTimm:
      return "timm";
    case Publisher::kNobody:
      break;
  }
  return "";
}

}  // namespace mica
