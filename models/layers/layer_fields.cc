#include "models/layers/layer_fields.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

constexpr int64_t kMaxChannels = 65536;
constexpr int64_t kMaxFeatures = 1 << 20;
constexpr int64_t kMaxPixels = 255;  // of a kernel, a stride, a padding
constexpr int64_t kMaxHeads = 1024;
constexpr int64_t kMaxWindowPx = 64;

// The fields of one message.
class Fields {
 public:
  Fields(std::string path, ConfigProblems* problems) : path_(std::move(path)), problems_(problems) {}

  std::string PathOf(absl::string_view field) const { return JoinPath(path_, field); }
  void Error(absl::string_view field, absl::string_view message) const { problems_->Error(PathOf(field), message); }

  void RequireRange(absl::string_view field, int64_t value, int64_t least, int64_t most) const {
    problems_->Require(value >= least && value <= most, PathOf(field), absl::StrCat("must be ", least, " to ", most), value);
  }
  // As RequireRange, and the field has no default.
  void RequireSet(absl::string_view field, bool is_set, absl::string_view meaning, int64_t value, int64_t least, int64_t most) const {
    if (!is_set) return Error(field, absl::StrCat("is required: ", meaning));
    RequireRange(field, value, least, most);
  }
  void Require(bool holds, absl::string_view field, absl::string_view rule, double value) const {
    problems_->Require(holds, PathOf(field), rule, value);
  }
  void RequireProbability(double value) const { RequireBelowOneF32(value, PathOf("probability"), problems_); }
  void RequireEpsilon(double value) const {
    const bool in_range = value > 0 && value <= 1;
    Require(in_range, "epsilon", "must be above 0, at most 1", value);
    if (in_range) RequirePositiveF32(value, PathOf("epsilon"), problems_);
  }
  void RequireNonNegative(absl::string_view field, double value) const { RequireNonNegativeF32(value, PathOf(field), problems_); }
  void RequirePositive(absl::string_view field, double value) const { RequirePositiveF32(value, PathOf(field), problems_); }

 private:
  const std::string path_;
  ConfigProblems* const problems_;
};

void Validate(const Conv2dConfig& config, const Fields& fields) {
  if (config.has_out_channels() || config.kernel_size_px() != 1 || config.groups() != 1) {
    fields.RequireSet("out_channels", config.has_out_channels(), "the number of channels that come out", config.out_channels(), 1,
                      kMaxChannels);
  }
  // Their own field reports groups out of range.
  if (config.groups() >= 1 && config.groups() <= kMaxChannels && config.out_channels() % config.groups() != 0) {
    fields.Error("out_channels", absl::StrCat("must be a multiple of groups, ", config.groups(), " (got ", config.out_channels(), ")"));
  }
  fields.RequireRange("kernel_size_px", config.kernel_size_px(), 1, kMaxPixels);
  fields.RequireRange("stride", config.stride(), 1, kMaxPixels);
  fields.RequireRange("padding_px", config.padding_px(), 0, kMaxPixels);
  fields.RequireRange("dilation", config.dilation(), 1, kMaxPixels);
  fields.RequireRange("groups", config.groups(), 1, kMaxChannels);
}

void Validate(const LinearLayerConfig& config, const Fields& fields) {
  if (config.has_out_features()) fields.RequireRange("out_features", config.out_features(), 1, kMaxFeatures);
}

void Validate(const BatchNormConfig& config, const Fields& fields) {
  fields.RequireEpsilon(config.epsilon());
  fields.Require(config.momentum() >= 0 && config.momentum() <= 1, "momentum", "must be 0 to 1", config.momentum());
}

void Validate(const LayerNormConfig& config, const Fields& fields) {
  fields.RequireEpsilon(config.epsilon());
}

void Validate(const GroupNormConfig& config, const Fields& fields) {
  fields.RequireSet("groups", config.has_groups(), "into how many groups the channels are divided", config.groups(), 1, kMaxChannels);
  fields.RequireEpsilon(config.epsilon());
}

void Validate(const LocalResponseNormConfig& config, const Fields& fields) {
  fields.RequireRange("size", config.size(), 1, kMaxPixels);
  fields.RequireNonNegative("alpha", config.alpha());
  fields.RequireNonNegative("beta", config.beta());
  fields.RequirePositive("k", config.k());
}

void Validate(const LeakyReluConfig& config, const Fields& fields) {
  const double slope = config.negative_slope();
  fields.Require(slope >= 0 && slope <= 1, "negative_slope", "must be 0 to 1", slope);
}

// For MaxPoolConfig and AveragePoolConfig.
template <typename PoolConfig>
void ValidatePool(const PoolConfig& config, const Fields& fields) {
  fields.RequireRange("kernel_size_px", config.kernel_size_px(), 1, kMaxPixels);
  if (config.has_stride()) fields.RequireRange("stride", config.stride(), 1, kMaxPixels);
  if (config.kernel_size_px() < 1 || config.kernel_size_px() > kMaxPixels) return;
  const int64_t half = config.kernel_size_px() / 2;
  fields.Require(config.padding_px() >= 0 && config.padding_px() <= half, "padding_px",
                 absl::StrCat("must be 0 to ", half, ", half of kernel_size_px"), config.padding_px());
}

void Validate(const SamePadConfig& config, const Fields& fields) {
  fields.RequireSet("kernel_size_px", config.has_kernel_size_px(), "of the convolution behind it", config.kernel_size_px(), 1, kMaxPixels);
  fields.RequireSet("stride", config.has_stride(), "of the convolution behind it", config.stride(), 1, kMaxPixels);
}

void Validate(const AdaptiveAveragePoolConfig& config, const Fields& fields) {
  fields.RequireSet("size_px", config.has_size_px(), "height and width of the output", config.size_px(), 1, kMaxPixels);
}

void Validate(const DropoutConfig& config, const Fields& fields) {
  fields.RequireProbability(config.probability());
}

void Validate(const StochasticDepthConfig& config, const Fields& fields) {
  if (!config.has_probability()) return fields.Error("probability", "is required: how often an image leaves the branch out");
  fields.RequireProbability(config.probability());
}

void Validate(const SqueezeExciteConfig& config, const Fields& fields) {
  fields.RequireSet("squeeze_channels", config.has_squeeze_channels(), "the number of channels between fc1 and fc2",
                    config.squeeze_channels(), 1, kMaxChannels);
  if (config.activation() == SqueezeExciteConfig::ACTIVATION_UNSPECIFIED) fields.Error("activation", "must be RELU or SILU");
  if (config.gate() == SqueezeExciteConfig::GATE_UNSPECIFIED) fields.Error("gate", "must be SIGMOID or HARD_SIGMOID");
}

void Validate(const ChannelShuffleConfig& config, const Fields& fields) {
  fields.RequireSet("groups", config.has_groups(), "how many groups of channels are mixed", config.groups(), 2, kMaxChannels);
}

constexpr char kHeadsMeaning[] = "the number of attention heads";

void Validate(const SelfAttentionConfig& config, const Fields& fields) {
  fields.RequireSet("heads", config.has_heads(), kHeadsMeaning, config.heads(), 1, kMaxHeads);
  if (config.tensor_names() == SelfAttentionConfig::TENSOR_NAMES_UNSPECIFIED) fields.Error("tensor_names", "must be IN_PROJ or QKV");
}

void Validate(const WindowAttentionConfig& config, const Fields& fields) {
  fields.RequireSet("heads", config.has_heads(), kHeadsMeaning, config.heads(), 1, kMaxHeads);
  fields.RequireRange("window_px", config.window_px(), 1, kMaxWindowPx);
  if (config.window_px() < 1 || config.window_px() > kMaxWindowPx) return;
  fields.Require(config.shift_px() >= 0 && config.shift_px() < config.window_px(), "shift_px",
                 absl::StrCat("must be 0 or more, below window_px, ", config.window_px()), config.shift_px());
}

void Validate(const LayerScaleConfig& config, const Fields& fields) {
  const bool fits = std::abs(config.initial_value()) <= std::numeric_limits<float>::max();  // false for NaN
  fields.Require(fits, "initial_value", "must be finite, as a 32-bit number too", config.initial_value());
}

}  // namespace

void ValidateLayerFields(const LayerConfig& layer, const std::string& path, ConfigProblems* problems) {
  const Fields fields(JoinPath(path, ChosenArm(layer, "kind")), problems);
  switch (layer.kind_case()) {
    case LayerConfig::kConv2D:
      return Validate(layer.conv2d(), fields);
    case LayerConfig::kLinear:
      return Validate(layer.linear(), fields);
    case LayerConfig::kBatchNorm:
      return Validate(layer.batch_norm(), fields);
    case LayerConfig::kLayerNorm:
      return Validate(layer.layer_norm(), fields);
    case LayerConfig::kGroupNorm:
      return Validate(layer.group_norm(), fields);
    case LayerConfig::kLocalResponseNorm:
      return Validate(layer.local_response_norm(), fields);
    case LayerConfig::kLeakyRelu:
      return Validate(layer.leaky_relu(), fields);
    case LayerConfig::kMaxPool:
      return ValidatePool(layer.max_pool(), fields);
    case LayerConfig::kAveragePool:
      return ValidatePool(layer.average_pool(), fields);
    case LayerConfig::kAdaptiveAveragePool:
      return Validate(layer.adaptive_average_pool(), fields);
    case LayerConfig::kDropout:
      return Validate(layer.dropout(), fields);
    case LayerConfig::kStochasticDepth:
      return Validate(layer.stochastic_depth(), fields);
    case LayerConfig::kSqueezeExcite:
      return Validate(layer.squeeze_excite(), fields);
    case LayerConfig::kChannelShuffle:
      return Validate(layer.channel_shuffle(), fields);
    case LayerConfig::kSelfAttention:
      return Validate(layer.self_attention(), fields);
    case LayerConfig::kWindowAttention:
      return Validate(layer.window_attention(), fields);
    case LayerConfig::kLayerScale:
      return Validate(layer.layer_scale(), fields);
    case LayerConfig::kSamePad:
      return Validate(layer.same_pad(), fields);
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::kRelu:
    case LayerConfig::kRelu6:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kTanh:
    case LayerConfig::kSigmoid:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kGlobalAveragePool:
    case LayerConfig::kFlatten:
    case LayerConfig::kTokens:
    case LayerConfig::kClassToken:
    case LayerConfig::kPositionEmbedding:
    case LayerConfig::kFirstToken:
    case LayerConfig::kMergePatches:
      return;
    case LayerConfig::KIND_NOT_SET:
      return RequireOneof(layer, "kind", path, problems);
  }
}

}  // namespace mica
