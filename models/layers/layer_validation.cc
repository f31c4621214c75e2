#include "models/layers/layer_validation.h"

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

constexpr int kDeepestBlock = 8;
constexpr size_t kMaxName = 100;
constexpr int64_t kMaxChannels = 65536;
constexpr int64_t kMaxFeatures = 1 << 20;
constexpr int64_t kMaxPixels = 255;  // of a kernel, a stride, a padding

std::string LayerPath(absl::string_view path, int position) {
  return JoinPath(path, absl::StrCat("layer[", position, "]"));
}

void RequireRange(int64_t value, int64_t least, int64_t most, const std::string& path, ConfigProblems* problems) {
  problems->Require(value >= least && value <= most, path, absl::StrCat("must be ", least, " to ", most), value);
}

void RequireOutChannels(const Conv2dConfig& config, const std::string& path, ConfigProblems* problems) {
  if (!config.has_out_channels()) {
    if (config.kernel_size_px() != 1) problems->Error(path, "is required: the number of channels that come out");
    return;
  }
  RequireRange(config.out_channels(), 1, kMaxChannels, path, problems);
  // Their own field has reported it.
  if (config.groups() < 1 || config.groups() > kMaxChannels) return;
  problems->Require(config.out_channels() % config.groups() == 0, path, absl::StrCat("must be a multiple of groups, ", config.groups()),
                    config.out_channels());
}

void ValidateConv2d(const Conv2dConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireOutChannels(config, JoinPath(path, "out_channels"), problems);
  RequireRange(config.kernel_size_px(), 1, kMaxPixels, JoinPath(path, "kernel_size_px"), problems);
  RequireRange(config.stride(), 1, kMaxPixels, JoinPath(path, "stride"), problems);
  RequireRange(config.padding_px(), 0, kMaxPixels, JoinPath(path, "padding_px"), problems);
  RequireRange(config.dilation(), 1, kMaxPixels, JoinPath(path, "dilation"), problems);
  RequireRange(config.groups(), 1, kMaxChannels, JoinPath(path, "groups"), problems);
}

void ValidateLinear(const LinearLayerConfig& config, const std::string& path, ConfigProblems* problems) {
  if (config.has_out_features()) RequireRange(config.out_features(), 1, kMaxFeatures, JoinPath(path, "out_features"), problems);
}

void ValidateBatchNorm(const BatchNormConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string epsilon = JoinPath(path, "epsilon");
  problems->Require(config.epsilon() > 0 && config.epsilon() <= 1, epsilon, "must be above 0, at most 1", config.epsilon());
  if (config.epsilon() > 0 && config.epsilon() <= 1) RequirePositiveF32(config.epsilon(), epsilon, problems);
  problems->Require(config.momentum() >= 0 && config.momentum() <= 1, JoinPath(path, "momentum"), "must be 0 to 1", config.momentum());
}

void ValidateLeakyRelu(const LeakyReluConfig& config, const std::string& path, ConfigProblems* problems) {
  problems->Require(config.negative_slope() >= 0 && config.negative_slope() <= 1, JoinPath(path, "negative_slope"), "must be 0 to 1",
                    config.negative_slope());
}

// For MaxPoolConfig and AveragePoolConfig.
template <typename PoolConfig>
void ValidatePool(const PoolConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireRange(config.kernel_size_px(), 1, kMaxPixels, JoinPath(path, "kernel_size_px"), problems);
  if (config.has_stride()) RequireRange(config.stride(), 1, kMaxPixels, JoinPath(path, "stride"), problems);
  if (config.kernel_size_px() < 1 || config.kernel_size_px() > kMaxPixels) return;
  problems->Require(config.padding_px() >= 0 && config.padding_px() <= config.kernel_size_px() / 2, JoinPath(path, "padding_px"),
                    absl::StrCat("must be 0 to ", config.kernel_size_px() / 2, ", half of kernel_size_px"), config.padding_px());
}

void ValidateDropout(const DropoutConfig& config, const std::string& path, ConfigProblems* problems) {
  problems->Require(config.probability() >= 0 && config.probability() < 1, JoinPath(path, "probability"), "must be 0 or more, below 1",
                    config.probability());
}

void ValidateList(const LayerList& layers, absl::string_view path, int depth, ConfigProblems* problems);

void ValidateKind(const LayerConfig& layer, const std::string& path, int depth, ConfigProblems* problems) {
  switch (layer.kind_case()) {
    case LayerConfig::kBlock:
      return ValidateList(layer.block().layer(), JoinPath(path, "block"), depth + 1, problems);
    case LayerConfig::kConv2D:
      return ValidateConv2d(layer.conv2d(), JoinPath(path, "conv2d"), problems);
    case LayerConfig::kLinear:
      return ValidateLinear(layer.linear(), JoinPath(path, "linear"), problems);
    case LayerConfig::kBatchNorm:
      return ValidateBatchNorm(layer.batch_norm(), JoinPath(path, "batch_norm"), problems);
    case LayerConfig::kLeakyRelu:
      return ValidateLeakyRelu(layer.leaky_relu(), JoinPath(path, "leaky_relu"), problems);
    case LayerConfig::kMaxPool:
      return ValidatePool(layer.max_pool(), JoinPath(path, "max_pool"), problems);
    case LayerConfig::kAveragePool:
      return ValidatePool(layer.average_pool(), JoinPath(path, "average_pool"), problems);
    case LayerConfig::kDropout:
      return ValidateDropout(layer.dropout(), JoinPath(path, "dropout"), problems);
    case LayerConfig::kRelu:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kTanh:
    case LayerConfig::kGlobalAveragePool:
    case LayerConfig::kFlatten:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::kSqueezeExcite:
    case LayerConfig::kLayerNorm:
    case LayerConfig::kGroupNorm:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kSigmoid:
    case LayerConfig::kRelu6:
    case LayerConfig::kLocalResponseNorm:
    case LayerConfig::kAdaptiveAveragePool:
    case LayerConfig::kChannelShuffle:
    case LayerConfig::kTokens:
    case LayerConfig::kClassToken:
    case LayerConfig::kPositionEmbedding:
    case LayerConfig::kSelfAttention:
    case LayerConfig::kFirstToken:
    case LayerConfig::kLayerScale:
    case LayerConfig::kStochasticDepth:
    case LayerConfig::kWindowAttention:
    case LayerConfig::kMergePatches:
      return;
    case LayerConfig::KIND_NOT_SET:
      return RequireOneof(layer, "kind", path, problems);
  }
}

bool IsPlain(absl::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  for (const char letter : name) {
    if (!absl::ascii_isalnum(letter) && letter != '_') return false;
  }
  return true;
}

void ValidateNames(const LayerList& layers, absl::string_view path, ConfigProblems* problems) {
  std::map<std::string, int> first_with;
  for (int i = 0; i < layers.size(); ++i) {
    const std::string name = LayerName(layers[i], i);
    if (!IsPlain(name)) {
      problems->Error(JoinPath(LayerPath(path, i), "name"),
                      absl::StrCat("must be 1 to ", kMaxName, " letters, digits and \"_\", as tensors are named after it (got \"",
                                   absl::CHexEscape(name), "\")"));
    }
    const auto [first, is_new] = first_with.emplace(name, i);
    if (is_new) continue;
    // At most one of the two is named by its index, so the other has a field that can be changed.
    const int named = layers[i].has_name() ? i : first->second;
    const int other = named == i ? first->second : i;
    problems->Error(JoinPath(LayerPath(path, named), "name"),
                    absl::StrCat("is \"", name, "\", which is also the name of layer[", other, "]",
                                 layers[other].has_name() ? "" : ", after its position", "; names in one list must differ"));
  }
}

void ValidateList(const LayerList& layers, absl::string_view path, int depth, ConfigProblems* problems) {
  if (layers.empty()) return problems->Error(JoinPath(path, "layer"), "is required: list at least one layer");
  if (depth > kDeepestBlock) return problems->Error(path, absl::StrCat("is too deep: blocks may be nested ", kDeepestBlock, " deep"));
  ValidateNames(layers, path, problems);
  for (int i = 0; i < layers.size(); ++i) ValidateKind(layers[i], LayerPath(path, i), depth, problems);
}

bool ChangesLogits(const LayerConfig& layer) {
  switch (layer.kind_case()) {
    case LayerConfig::kRelu:
    case LayerConfig::kLeakyRelu:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kTanh:
    case LayerConfig::kDropout:
      return true;
    case LayerConfig::kBlock:
    case LayerConfig::kConv2D:
    case LayerConfig::kLinear:
    case LayerConfig::kBatchNorm:
    case LayerConfig::kMaxPool:
    case LayerConfig::kAveragePool:
    case LayerConfig::kGlobalAveragePool:
    case LayerConfig::kFlatten:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::kSqueezeExcite:
    case LayerConfig::kLayerNorm:
    case LayerConfig::kGroupNorm:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kSigmoid:
    case LayerConfig::kRelu6:
    case LayerConfig::kLocalResponseNorm:
    case LayerConfig::kAdaptiveAveragePool:
    case LayerConfig::kChannelShuffle:
    case LayerConfig::kTokens:
    case LayerConfig::kClassToken:
    case LayerConfig::kPositionEmbedding:
    case LayerConfig::kSelfAttention:
    case LayerConfig::kFirstToken:
    case LayerConfig::kLayerScale:
    case LayerConfig::kStochasticDepth:
    case LayerConfig::kWindowAttention:
    case LayerConfig::kMergePatches:
    case LayerConfig::KIND_NOT_SET:
      return false;
  }
  return false;
}

void WarnOfChangedLogits(const LayerList& layers, const std::string& path, ConfigProblems* problems) {
  if (layers.empty()) return;
  const int last = layers.size() - 1;
  const std::string last_path = LayerPath(path, last);
  if (layers[last].has_block()) return WarnOfChangedLogits(layers[last].block().layer(), JoinPath(last_path, "block"), problems);
  if (!ChangesLogits(layers[last])) return;
  problems->Warning(JoinPath(last_path, ChosenArm(layers[last], "kind")),
                    "is the last layer: it changes the logits, which the loss takes as they come from a linear layer; end with linear {} "
                    "unless this is what you study");
}

}  // namespace

void ValidateLayers(const LayerList& layers, absl::string_view path, ConfigProblems* problems) {
  ValidateList(layers, path, /*depth=*/0, problems);
  WarnOfChangedLogits(layers, std::string(path), problems);
}

}  // namespace mica
