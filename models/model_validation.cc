#include "models/model_validation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "models/initialisation/initialisation_validation.h"
#include "models/layers/layer_validation.h"

namespace mica {
namespace {

void RequireHiddenUnits(int64_t count, const std::string& path, ConfigProblems* problems) {
  problems->Require(count >= 1 && count <= 65536, path, "must be 1 to 65536", count);
}

void RequireHiddenChannels(int64_t count, const std::string& path, ConfigProblems* problems) {
  problems->Require(count >= 1 && count <= 1024, path, "must be 1 to 1024", count);
}

void ValidateLinearRelu(const LinearReluConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireHiddenUnits(config.hidden_units(), JoinPath(path, "hidden_units"), problems);
  if (!config.relu_on_logits()) return;
  problems->Warning(
      JoinPath(path, "relu_on_logits"),
      "puts a ReLU behind the logits: they can never be negative, and a class whose logit has died gets no gradient any more; "
      "set relu_on_logits: false unless this mistake is what you study");
}

void RequirePrefixes(const google::protobuf::RepeatedPtrField<std::string>& prefixes, const std::string& path, ConfigProblems* problems) {
  for (int i = 0; i < prefixes.size(); ++i) {
    if (prefixes[i].empty()) problems->Error(absl::StrCat(path, "[", i, "]"), "is empty; write a name or its beginning: \"fc\"");
  }
}

void ValidateInitialWeights(const InitialWeightsConfig& config, const std::string& path, ConfigProblems* problems) {
  if (config.weights_file().empty()) problems->Error(JoinPath(path, "weights_file"), "is required: a .safetensors file");
  RequirePrefixes(config.reinitialise(), JoinPath(path, "reinitialise"), problems);
  RequirePrefixes(config.ignore(), JoinPath(path, "ignore"), problems);
  if (config.first_convolution() == InitialWeightsConfig::FIRST_CONVOLUTION_UNSPECIFIED) {
    problems->Error(JoinPath(path, "first_convolution"), "must be AS_IT_IS, SUM_OF_RGB, MEAN_OF_RGB or REPEAT_GREY");
  }
}

}  // namespace

void ValidateModelConfig(const ModelConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.has_initial_weights()) ValidateInitialWeights(config.initial_weights(), JoinPath(path, "initial_weights"), problems);
  if (config.has_initialisation()) ValidateInitialisationConfig(config.initialisation(), JoinPath(path, "initialisation"), problems);
  switch (config.kind_case()) {
    case ModelConfig::kLinear:
      return RequireHiddenUnits(config.linear().hidden_units(), JoinPath(path, "linear.hidden_units"), problems);
    case ModelConfig::kLinearRelu:
      return ValidateLinearRelu(config.linear_relu(), JoinPath(path, "linear_relu"), problems);
    case ModelConfig::kTinyVgg:
      return RequireHiddenChannels(config.tiny_vgg().hidden_channels(), JoinPath(path, "tiny_vgg.hidden_channels"), problems);
    case ModelConfig::kSequential:
      return ValidateLayers(config.sequential().layer(), JoinPath(path, "sequential"), problems);
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
      return;
    case ModelConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
