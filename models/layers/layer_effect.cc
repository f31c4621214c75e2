#include "models/layers/layer_effect.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using Role = LayerTensor::Role;

// A window that slides over an image, in pixels.
struct Window {
  int64_t kernel, stride, padding, dilation;
  bool ceil_mode = false;

  int64_t extent() const { return dilation * (kernel - 1) + 1; }
  int64_t smallest_side() const { return std::max<int64_t>(1, extent() - 2 * padding); }
  int64_t OutputSide(int64_t side) const {
    const int64_t room = side + 2 * padding - extent();
    if (!ceil_mode) return room / stride + 1;
    const int64_t windows = (room + stride - 1) / stride + 1;
    // A window must begin within the image or the padding before it.
    return (windows - 1) * stride >= side + padding ? windows - 1 : windows;
  }
};

// PoolConfig is MaxPoolConfig or AveragePoolConfig.
template <typename PoolConfig>
Window WindowOf(const PoolConfig& config) {
  return {config.kernel_size_px(), config.has_stride() ? config.stride() : config.kernel_size_px(), config.padding_px(), /*dilation=*/1};
}

Window WindowOf(const Conv2dConfig& config) {
  return {config.kernel_size_px(), config.stride(), config.padding_px(), config.dilation()};
}

// The layer's input, in messages too.
struct Input {
  const LayerShape& shape;
  absl::string_view source;

  std::string Needs(absl::string_view what) const { return absl::StrCat("needs ", what, ", gets ", shape.ToString(), " from ", source); }
};

LayerEffect Failed(std::string error) {
  LayerEffect effect;
  effect.error = std::move(error);
  return effect;
}

LayerEffect Unchanged(const Input& input) {
  LayerEffect effect;
  effect.output = input.shape;
  return effect;
}

constexpr char kPicture[] = "channels x height x width";

LayerEffect Slide(const Window& window, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  const int64_t side = window.smallest_side();
  if (input.shape.height_px < side || input.shape.width_px < side) {
    return Failed(input.Needs(absl::StrCat("at least ", side, "x", side, " pixels")));
  }
  LayerEffect effect = Unchanged(input);
  effect.output->height_px = window.OutputSide(input.shape.height_px);
  effect.output->width_px = window.OutputSide(input.shape.width_px);
  return effect;
}

// A weight of this shape, and a bias of its first dimension. Each weight is used once for every one
// of `positions`.
void AddWeight(const std::string& prefix, std::vector<int64_t> shape, bool has_bias, int64_t positions, LayerEffect* effect) {
  const int64_t outputs = shape[0];
  effect->tensors.push_back({prefix + "weight", std::move(shape), Role::kWeight});
  effect->multiply_adds += static_cast<double>(effect->tensors.back().size()) * static_cast<double>(positions);
  if (has_bias) effect->tensors.push_back({prefix + "bias", {outputs}, Role::kBias});
}

void AddScaleAndShift(int64_t channels, LayerEffect* effect) {
  effect->tensors.push_back({"weight", {channels}, Role::kScale});
  effect->tensors.push_back({"bias", {channels}, Role::kShift});
}

LayerEffect EffectOf(const Conv2dConfig& config, const Input& input, int64_t num_classes) {
  LayerEffect effect = Slide(WindowOf(config), input);
  if (!effect.output.has_value()) return effect;
  if (input.shape.channels % config.groups() != 0) {
    effect.error = absl::StrCat("groups is ", config.groups(), ", but gets ", input.shape.ToString(), " from ", input.source,
                                ": the channels must be a multiple of it");
  }
  effect.output->channels = config.has_out_channels() ? config.out_channels() : num_classes;
  const int64_t kernel = config.kernel_size_px();
  AddWeight("", {effect.output->channels, input.shape.channels / config.groups(), kernel, kernel}, config.bias(),
            effect.output->positions(), &effect);
  return effect;
}

LayerEffect EffectOf(const LinearLayerConfig& config, const Input& input, int64_t num_classes) {
  const int64_t outputs = config.has_out_features() ? config.out_features() : num_classes;
  LayerEffect effect = Unchanged(input);
  if (config.per_pixel() && !input.shape.is_picture()) {
    return Failed(absl::StrCat("per_pixel ", input.Needs(kPicture), "; leave per_pixel out"));
  }
  if (!config.per_pixel() && input.shape.is_picture()) {
    effect.error = absl::StrCat(input.Needs("a flat input"), "; put flatten {} or global_average_pool {} before it");
    effect.output = LayerShape::Flat(outputs);
    return effect;
  }
  effect.output->channels = outputs;
  AddWeight("", {outputs, input.shape.channels}, config.bias(), input.shape.positions(), &effect);
  return effect;
}

LayerEffect EffectOfBatchNorm(const Input& input) {
  if (input.shape.form == LayerShape::Form::kTokens) {
    return Failed(absl::StrCat(input.Needs(absl::StrCat(kPicture, " or a flat input")), "; tokens are normalised by layer_norm {}"));
  }
  LayerEffect effect = Unchanged(input);
  AddScaleAndShift(input.shape.channels, &effect);
  effect.tensors.push_back({"running_mean", {input.shape.channels}, Role::kBuffer});
  effect.tensors.push_back({"running_var", {input.shape.channels}, Role::kBuffer});
  effect.tensors.push_back({"num_batches_tracked", {}, Role::kBuffer});
  return effect;
}

LayerEffect EffectOfLayerNorm(const Input& input) {
  LayerEffect effect = Unchanged(input);
  AddScaleAndShift(input.shape.channels, &effect);
  return effect;
}

// The channels must be a multiple of `count`, which the field `what` holds.
LayerEffect RequireMultiple(absl::string_view what, int64_t count, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect = Unchanged(input);
  if (input.shape.channels % count != 0) {
    effect.error = absl::StrCat(what, " is ", count, ", but gets ", input.shape.ToString(), " from ", input.source,
                                ": the channels must be a multiple of it");
  }
  return effect;
}

LayerEffect EffectOf(const GroupNormConfig& config, const Input& input) {
  LayerEffect effect = RequireMultiple("groups", config.groups(), input);
  if (effect.output.has_value()) AddScaleAndShift(input.shape.channels, &effect);
  return effect;
}

LayerEffect EffectOf(const SqueezeExciteConfig& config, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect = Unchanged(input);
  AddWeight("fc1.", {config.squeeze_channels(), input.shape.channels, 1, 1}, /*has_bias=*/true, /*positions=*/1, &effect);
  AddWeight("fc2.", {input.shape.channels, config.squeeze_channels(), 1, 1}, /*has_bias=*/true, /*positions=*/1, &effect);
  return effect;
}

LayerEffect EffectOf(const AdaptiveAveragePoolConfig& config, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect = Unchanged(input);
  effect.output->height_px = effect.output->width_px = config.size_px();
  return effect;
}

LayerEffect EffectOfMean(const Input& input) {
  if (input.shape.is_flat()) return Failed(input.Needs(absl::StrCat(kPicture, " or tokens")));
  LayerEffect effect;
  effect.output = LayerShape::Flat(input.shape.channels);
  return effect;
}

LayerEffect EffectOfPixelsOnly(const Input& input) {
  return input.shape.is_picture() ? Unchanged(input) : Failed(input.Needs(kPicture));
}

LayerEffect EffectOfTokens(const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect;
  effect.output = LayerShape::Tokens(input.shape.positions(), input.shape.channels);
  return effect;
}

LayerEffect RequireTokens(const Input& input) {
  if (input.shape.form == LayerShape::Form::kTokens) return Unchanged(input);
  return Failed(absl::StrCat(input.Needs("tokens"), input.shape.is_picture() ? "; put tokens {} before it" : ""));
}

LayerEffect EffectOfClassToken(const Input& input) {
  LayerEffect effect = RequireTokens(input);
  if (!effect.output.has_value()) return effect;
  ++effect.output->tokens;
  effect.tensors.push_back({"", {1, 1, input.shape.channels}, Role::kEmbedding});
  return effect;
}

LayerEffect EffectOfPositionEmbedding(const Input& input) {
  LayerEffect effect = RequireTokens(input);
  if (effect.output.has_value()) effect.tensors.push_back({"", {1, input.shape.tokens, input.shape.channels}, Role::kEmbedding});
  return effect;
}

LayerEffect EffectOfFirstToken(const Input& input) {
  LayerEffect effect = RequireTokens(input);
  if (effect.output.has_value()) effect.output = LayerShape::Flat(input.shape.channels);
  return effect;
}

void RequireHeads(int64_t heads, const Input& input, LayerEffect* effect) {
  if (input.shape.channels % heads == 0) return;
  effect->error = absl::StrCat("heads is ", heads, ", but gets ", input.shape.ToString(), " from ", input.source, ": it must divide the ",
                               input.shape.channels);
}

// Weights of an attention layer over `positions`, each of which looks at `seen`.
struct AttentionSize {
  int64_t positions, seen;
};

void AddAttention(const std::string& in, const std::string& out, const AttentionSize& size, const Input& input, LayerEffect* effect) {
  const int64_t values = input.shape.channels;
  AddWeight(in, {3 * values, values}, /*has_bias=*/true, size.positions, effect);
  AddWeight(out, {values, values}, /*has_bias=*/true, size.positions, effect);
  effect->multiply_adds += 2.0 * static_cast<double>(size.positions) * static_cast<double>(size.seen) * static_cast<double>(values);
}

LayerEffect EffectOf(const SelfAttentionConfig& config, const Input& input) {
  LayerEffect effect = RequireTokens(input);
  if (!effect.output.has_value()) return effect;
  RequireHeads(config.heads(), input, &effect);
  const bool in_proj = config.tensor_names() == SelfAttentionConfig::IN_PROJ;
  AddAttention(in_proj ? "in_proj_" : "qkv.", in_proj ? "out_proj." : "proj.", {input.shape.tokens, input.shape.tokens}, input, &effect);
  return effect;
}

int64_t RoundedUp(int64_t side, int64_t step) {
  return (side + step - 1) / step * step;
}

LayerEffect EffectOf(const WindowAttentionConfig& config, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect = Unchanged(input);
  RequireHeads(config.heads(), input, &effect);
  const int64_t window = config.window_px();
  const int64_t pixels = RoundedUp(input.shape.height_px, window) * RoundedUp(input.shape.width_px, window);
  AddAttention("qkv.", "proj.", {pixels, window * window}, input, &effect);
  const int64_t distances = 2 * window - 1;
  effect.tensors.push_back({"relative_position_bias_table", {distances * distances, config.heads()}, Role::kEmbedding});
  effect.tensors.push_back({"relative_position_index", {window * window * window * window}, Role::kBuffer});
  return effect;
}

LayerEffect EffectOfLayerScale(const Input& input) {
  LayerEffect effect = Unchanged(input);
  const int64_t channels = input.shape.channels;
  effect.tensors.push_back(
      {"", input.shape.is_picture() ? std::vector<int64_t>{channels, 1, 1} : std::vector<int64_t>{channels}, Role::kScale});
  return effect;
}

LayerEffect EffectOfMergePatches(const Input& input) {
  LayerEffect effect = EffectOfPixelsOnly(input);
  if (!effect.output.has_value()) return effect;
  effect.output->channels *= 4;
  effect.output->height_px = RoundedUp(input.shape.height_px, 2) / 2;
  effect.output->width_px = RoundedUp(input.shape.width_px, 2) / 2;
  return effect;
}

LayerEffect EffectOfMaxPool(const MaxPoolConfig& config, const Input& input) {
  Window window = WindowOf(config);
  window.ceil_mode = config.ceil_mode();
  return Slide(window, input);
}

LayerEffect EffectOf(const SamePadConfig& config, const Input& input) {
  if (!input.shape.is_picture()) return Failed(input.Needs(kPicture));
  LayerEffect effect = Unchanged(input);
  for (int64_t* const side : {&effect.output->height_px, &effect.output->width_px}) {
    const int64_t windows = RoundedUp(*side, config.stride()) / config.stride();
    *side = std::max(*side, (windows - 1) * config.stride() + config.kernel_size_px());
  }
  return effect;
}

}  // namespace

int64_t LayerTensor::size() const {
  constexpr double kMost = 9e18;  // far above what a model may have
  double size = 1;
  for (const int64_t dimension : shape) size *= static_cast<double>(dimension);
  return static_cast<int64_t>(std::min(size, kMost));
}

LayerEffect EffectOfLayer(const LayerConfig& layer, const LayerShape& shape, absl::string_view source, int64_t num_classes) {
  const Input input{shape, source};
  switch (layer.kind_case()) {
    case LayerConfig::kConv2D:
      return EffectOf(layer.conv2d(), input, num_classes);
    case LayerConfig::kLinear:
      return EffectOf(layer.linear(), input, num_classes);
    case LayerConfig::kBatchNorm:
      return EffectOfBatchNorm(input);
    case LayerConfig::kLayerNorm:
      return EffectOfLayerNorm(input);
    case LayerConfig::kGroupNorm:
      return EffectOf(layer.group_norm(), input);
    case LayerConfig::kMaxPool:
      return EffectOfMaxPool(layer.max_pool(), input);
    case LayerConfig::kAveragePool:
      return Slide(WindowOf(layer.average_pool()), input);
    case LayerConfig::kAdaptiveAveragePool:
      return EffectOf(layer.adaptive_average_pool(), input);
    case LayerConfig::kGlobalAveragePool:
      return EffectOfMean(input);
    case LayerConfig::kSqueezeExcite:
      return EffectOf(layer.squeeze_excite(), input);
    case LayerConfig::kLocalResponseNorm:
      return EffectOfPixelsOnly(input);
    case LayerConfig::kChannelShuffle:
      return RequireMultiple("groups", layer.channel_shuffle().groups(), input);
    case LayerConfig::kTokens:
      return EffectOfTokens(input);
    case LayerConfig::kClassToken:
      return EffectOfClassToken(input);
    case LayerConfig::kPositionEmbedding:
      return EffectOfPositionEmbedding(input);
    case LayerConfig::kSelfAttention:
      return EffectOf(layer.self_attention(), input);
    case LayerConfig::kFirstToken:
      return EffectOfFirstToken(input);
    case LayerConfig::kLayerScale:
      return EffectOfLayerScale(input);
    case LayerConfig::kWindowAttention:
      return EffectOf(layer.window_attention(), input);
    case LayerConfig::kMergePatches:
      return EffectOfMergePatches(input);
    case LayerConfig::kSamePad:
      return EffectOf(layer.same_pad(), input);
    case LayerConfig::kFlatten: {
      LayerEffect effect;
      effect.output = LayerShape::Flat(shape.values());
      return effect;
    }
    case LayerConfig::kRelu:
    case LayerConfig::kRelu6:
    case LayerConfig::kLeakyRelu:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kTanh:
    case LayerConfig::kSigmoid:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kDropout:
    case LayerConfig::kStochasticDepth:
      return Unchanged(input);
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::KIND_NOT_SET:
      break;
  }
  return Failed("is no layer");
}

}  // namespace mica
