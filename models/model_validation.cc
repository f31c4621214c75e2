#include "models/model_validation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"
#include "models/initialisation/initialisation_validation.h"
#include "models/layers/layer_validation.h"
#include "models/weights/weight_names.h"

namespace mica {
namespace {

void RequireRange(int64_t count, int64_t least, int64_t most, const std::string& path, ConfigProblems* problems) {
  problems->Require(count >= least && count <= most, path, absl::StrCat("must be ", least, " to ", most), count);
}

void RequireHiddenUnits(int64_t count, const std::string& path, ConfigProblems* problems) {
  RequireRange(count, 1, 65536, path, problems);
}

// The models' configs have fields of equal names. `path` is that of the message.
template <typename Config>
void RequireDropout(const Config& config, const std::string& path, ConfigProblems* problems) {
  RequireBelowOneF32(config.dropout(), JoinPath(path, "dropout"), problems);
}

template <typename Config>
void RequireStochasticDepth(const Config& config, const std::string& path, ConfigProblems* problems) {
  RequireBelowOneF32(config.stochastic_depth(), JoinPath(path, "stochastic_depth"), problems);
}

// For EfficientNetConfig and EfficientNetLiteConfig.
template <typename Config>
void ValidateEfficientNet(const Config& config, const std::string& path, ConfigProblems* problems) {
  RequireDropout(config, path, problems);
  RequireStochasticDepth(config, path, problems);
}

void ValidateLinearRelu(const LinearReluConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireHiddenUnits(config.hidden_units(), JoinPath(path, "hidden_units"), problems);
  if (!config.relu_on_logits()) return;
  problems->Warning(
      JoinPath(path, "relu_on_logits"),
      "puts a ReLU behind the logits: they can never be negative, and a class whose logit has died gets no gradient any more; "
      "set relu_on_logits: false unless this mistake is what you study");
}

void RequirePatterns(const google::protobuf::RepeatedPtrField<std::string>& patterns, const std::string& path, ConfigProblems* problems) {
  for (int i = 0; i < patterns.size(); ++i) {
    if (patterns[i].empty()) problems->Error(absl::StrCat(path, "[", i, "]"), "is empty; write a name or its beginning: \"fc\"");
  }
}

constexpr int kMaxRenameRules = 1000;

void ValidateRenameRule(const RenameRuleConfig& rule, const std::string& path, ConfigProblems* problems) {
  if (rule.from().empty()) return problems->Error(JoinPath(path, "from"), "is required: a regular expression, \"^backbone\\\\.\"");
  const std::string problem = RenameRuleProblem({rule.from(), rule.to()});
  if (!problem.empty()) problems->Error(path, absl::StrCat("cannot be applied: ", problem));
}

void ValidateInitialWeights(const InitialWeightsConfig& config, const std::string& path, ConfigProblems* problems) {
  if (config.weights_file().empty()) problems->Error(JoinPath(path, "weights_file"), "is required: a .safetensors, .pth or .pt file");
  RequirePatterns(config.reinitialise(), JoinPath(path, "reinitialise"), problems);
  RequirePatterns(config.allow_missing(), JoinPath(path, "allow_missing"), problems);
  RequirePatterns(config.allow_unexpected(), JoinPath(path, "allow_unexpected"), problems);
  RequireRange(config.rename_size(), 0, kMaxRenameRules, JoinPath(path, "rename"), problems);
  for (int i = 0; i < config.rename_size(); ++i) ValidateRenameRule(config.rename(i), absl::StrCat(path, ".rename[", i, "]"), problems);
  if (config.has_first_convolution() && config.first_convolution() == InitialWeightsConfig::FIRST_CONVOLUTION_UNSPECIFIED) {
    problems->Error(JoinPath(path, "first_convolution"), "must be AS_IT_IS, SUM_OF_RGB, MEAN_OF_RGB or REPEAT_GREY");
  }
}

}  // namespace

void ValidateModelConfig(const ModelConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.has_initial_weights()) ValidateInitialWeights(config.initial_weights(), JoinPath(path, "initial_weights"), problems);
  if (config.has_initialisation()) ValidateInitialisationConfig(config.initialisation(), JoinPath(path, "initialisation"), problems);
  const std::string arm = JoinPath(path, ChosenArm(config, "kind"));
  switch (config.kind_case()) {
    case ModelConfig::kLinear:
      return RequireHiddenUnits(config.linear().hidden_units(), JoinPath(arm, "hidden_units"), problems);
    case ModelConfig::kLinearRelu:
      return ValidateLinearRelu(config.linear_relu(), arm, problems);
    case ModelConfig::kTinyVgg:
      return RequireRange(config.tiny_vgg().hidden_channels(), 1, 1024, JoinPath(arm, "hidden_channels"), problems);
    case ModelConfig::kSequential:
      return ValidateLayers(config.sequential().layer(), arm, problems);
    case ModelConfig::kAlexnet:
      return RequireDropout(config.alexnet(), arm, problems);
    case ModelConfig::kVgg11:
      return RequireDropout(config.vgg11(), arm, problems);
    case ModelConfig::kVgg11Bn:
      return RequireDropout(config.vgg11_bn(), arm, problems);
    case ModelConfig::kVgg13:
      return RequireDropout(config.vgg13(), arm, problems);
    case ModelConfig::kVgg13Bn:
      return RequireDropout(config.vgg13_bn(), arm, problems);
    case ModelConfig::kVgg16:
      return RequireDropout(config.vgg16(), arm, problems);
    case ModelConfig::kVgg16Bn:
      return RequireDropout(config.vgg16_bn(), arm, problems);
    case ModelConfig::kVgg19:
      return RequireDropout(config.vgg19(), arm, problems);
    case ModelConfig::kVgg19Bn:
      return RequireDropout(config.vgg19_bn(), arm, problems);
    case ModelConfig::kDensenet121:
      return RequireDropout(config.densenet121(), arm, problems);
    case ModelConfig::kSqueezenet11:
      return RequireDropout(config.squeezenet1_1(), arm, problems);
    case ModelConfig::kMobilenetV2:
      return RequireDropout(config.mobilenet_v2(), arm, problems);
    case ModelConfig::kMobilenetV3Small:
      return RequireDropout(config.mobilenet_v3_small(), arm, problems);
    case ModelConfig::kMobilenetV3Large:
      return RequireDropout(config.mobilenet_v3_large(), arm, problems);
    case ModelConfig::kVitB16:
      return RequireDropout(config.vit_b_16(), arm, problems);
    case ModelConfig::kVitTiny16:
      return RequireDropout(config.vit_tiny_16(), arm, problems);
    case ModelConfig::kWideResnet282:
      return RequireDropout(config.wide_resnet_28_2(), arm, problems);
    case ModelConfig::kWideResnet2810:
      return RequireDropout(config.wide_resnet_28_10(), arm, problems);
    case ModelConfig::kEfficientnetB0:
      return ValidateEfficientNet(config.efficientnet_b0(), arm, problems);
    case ModelConfig::kEfficientnetB1:
      return ValidateEfficientNet(config.efficientnet_b1(), arm, problems);
    case ModelConfig::kEfficientnetB2:
      return ValidateEfficientNet(config.efficientnet_b2(), arm, problems);
    case ModelConfig::kEfficientnetLite0:
      return ValidateEfficientNet(config.efficientnet_lite0(), arm, problems);
    case ModelConfig::kEfficientnetV2S:
      return ValidateEfficientNet(config.efficientnet_v2_s(), arm, problems);
    case ModelConfig::kConvnextTiny:
      return RequireStochasticDepth(config.convnext_tiny(), arm, problems);
    case ModelConfig::kSwinT:
      return RequireStochasticDepth(config.swin_t(), arm, problems);
    case ModelConfig::kResnet9:
      return RequireRange(config.resnet9().channels(), 1, 512, JoinPath(arm, "channels"), problems);
    case ModelConfig::kSimpleconv3:
    case ModelConfig::kFoodCnn:
    case ModelConfig::kResnet18:
    case ModelConfig::kResnet34:
    case ModelConfig::kResnet50:
    case ModelConfig::kResnet101:
    case ModelConfig::kResnet152:
    case ModelConfig::kWideResnet502:
    case ModelConfig::kResnext5032X4D:
    case ModelConfig::kShufflenetV2X10:
    case ModelConfig::kRegnetY400Mf:
    case ModelConfig::kResnet20:
    case ModelConfig::kResnet56:
      return;
    case ModelConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
