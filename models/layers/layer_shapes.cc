#include "models/layers/layer_shapes.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/required_oneof.h"
#include "base/error.h"

namespace mica {
namespace {

// A window that slides over an image, in pixels.
struct Window {
  int64_t kernel, stride, padding, dilation;

  int64_t extent() const { return dilation * (kernel - 1) + 1; }
  int64_t smallest_side() const { return std::max<int64_t>(1, extent() - 2 * padding); }
  int64_t OutputSide(int64_t side) const { return (side + 2 * padding - extent()) / stride + 1; }
};

template <typename PoolConfig>
Window WindowOf(const PoolConfig& config) {
  return {config.kernel_size_px(), config.has_stride() ? config.stride() : config.kernel_size_px(), config.padding_px(), /*dilation=*/1};
}

// Each weight is used once for every output pixel; the other parameters multiply nothing.
struct Effect {
  LayerShape output;
  int64_t weights = 0;
  int64_t other_parameters = 0;
};

LayerShape Flat(int64_t values) {
  LayerShape shape;
  shape.channels = values;
  shape.is_flat = true;
  return shape;
}

// In floating point, because the product may not fit an int64.
bool HasAtMost(const LayerShape& shape, int64_t values) {
  return static_cast<double>(shape.channels) * shape.height_px * shape.width_px <= static_cast<double>(values);
}

// One pass through a list and the blocks in it.
class Inference {
 public:
  Inference(absl::string_view path, const LayerShape& input, int num_classes) : path_(path), num_classes_(num_classes), shape_(input) {}

  // `path_below` leads from the outermost list to this one: "" or "layer[1].block."; `name_prefix`
  // is "" or "block_1."
  std::vector<InferredLayer> Walk(const LayerList& list, const std::string& path_below, const std::string& name_prefix) {
    std::vector<InferredLayer> inferred;
    for (int i = 0; i < list.size() && !stopped_; ++i) {
      InferredLayer& layer = inferred.emplace_back();
      const std::string path = absl::StrCat(path_below, "layer[", i, "]");
      layer.name = name_prefix + LayerName(list[i], i);
      layer.kind = ChosenArm(list[i], "kind");
      layer.place = path_.empty() ? absl::StrCat(layer.name, " (", layer.kind, ")") : absl::StrCat(path_, ".", path, ".", layer.kind);
      layer.input = shape_;
      if (list[i].has_block()) {
        layer.layers = Walk(list[i].block().layer(), absl::StrCat(path, ".block."), layer.name + ".");
        const InferredLayer total = TotalOf(layer.layers);
        layer.parameters = total.parameters;
        layer.multiply_adds = total.multiply_adds;
        layer.activations = total.activations;
      } else {
        Pass(list[i], path_.empty() ? layer.name : path, &layer);
      }
      layer.output = shape_;
    }
    return inferred;
  }

  void CheckEnd(absl::Span<const InferredLayer> layers) {
    if (stopped_ || layers.empty()) return;
    const InferredLayer* last = &layers.back();
    while (!last->layers.empty()) last = &last->layers.back();
    if (!shape_.is_flat) {
      Error(*last, absl::StrCat("is the last layer and gives ", shape_.ToString(), ", but one value for each of the ", num_classes_,
                                " classes is needed; end with flatten {} or global_average_pool {}, then linear {}"));
    } else if (shape_.channels != num_classes_) {
      Error(*last, absl::StrCat("is the last layer and gives ", shape_.ToString(), ", but the data has ", num_classes_,
                                " classes; end with linear {}, which gives one value for each"));
    } else if (parameters_ == 0 && errors_.empty()) {
      Error(*last, "is the last layer, and none has parameters, so there is nothing to train; end with linear {}");
    }
  }

  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& fields() const { return fields_; }  // [errors]

 private:
  // Passes the image through a layer that is not a block. The next layer's message calls it
  // `source`.
  void Pass(const LayerConfig& config, const std::string& source, InferredLayer* layer) {
    const std::optional<Effect> effect = EffectOf(config, *layer);
    stopped_ = !effect || !CheckLimits(*effect, *layer);
    if (stopped_) return;
    layer->parameters = effect->weights + effect->other_parameters;
    layer->multiply_adds = effect->weights * effect->output.pixels();
    layer->activations = effect->output.values();
    parameters_ += layer->parameters;
    activations_ += layer->activations;
    shape_ = effect->output;
    source_ = source;
  }

  // nullopt if an error was noted and the output is unknown. After any other error, the result is
  // as if the error were fixed.
  std::optional<Effect> EffectOf(const LayerConfig& config, const InferredLayer& layer) {
    switch (config.kind_case()) {
      case LayerConfig::kConv2D:
        return EffectOf(config.conv2d(), layer);
      case LayerConfig::kLinear:
        return EffectOf(config.linear(), layer);
      case LayerConfig::kBatchNorm:
        return Effect{shape_, /*weights=*/0, /*other_parameters=*/2 * shape_.channels};
      case LayerConfig::kMaxPool:
        return Slide(WindowOf(config.max_pool()), layer);
      case LayerConfig::kAveragePool:
        return Slide(WindowOf(config.average_pool()), layer);
      case LayerConfig::kGlobalAveragePool:
        if (!RequirePicture(layer)) return std::nullopt;
        return Effect{Flat(shape_.channels)};
      case LayerConfig::kFlatten:
        return Effect{Flat(shape_.values())};
      case LayerConfig::kRelu:
      case LayerConfig::kLeakyRelu:
      case LayerConfig::kGelu:
      case LayerConfig::kSilu:
      case LayerConfig::kTanh:
      case LayerConfig::kDropout:
        return Effect{shape_};
      case LayerConfig::kBlock:
      case LayerConfig::KIND_NOT_SET:
        break;
    }
    Error(layer, "is no layer");
    return std::nullopt;
  }

  std::optional<Effect> EffectOf(const Conv2dConfig& config, const InferredLayer& layer) {
    std::optional<Effect> effect = Slide({config.kernel_size_px(), config.stride(), config.padding_px(), config.dilation()}, layer);
    if (!effect) return std::nullopt;
    if (shape_.channels % config.groups() != 0) {
      Error(layer, absl::StrCat("groups is ", config.groups(), ", but gets ", shape_.ToString(), " from ", source_,
                                ": the channels must be a multiple of it"));
    }
    effect->output.channels = config.out_channels();
    effect->weights = config.out_channels() * (shape_.channels / config.groups()) * config.kernel_size_px() * config.kernel_size_px();
    effect->other_parameters = config.bias() ? config.out_channels() : 0;
    return effect;
  }

  std::optional<Effect> EffectOf(const LinearLayerConfig& config, const InferredLayer& layer) {
    const int64_t outputs = config.has_out_features() ? config.out_features() : num_classes_;
    if (!shape_.is_flat) {
      Error(layer, absl::StrCat("needs a flat input, gets ", shape_.ToString(), " from ", source_,
                                "; put flatten {} or global_average_pool {} before it"));
      return Effect{Flat(outputs)};
    }
    return Effect{Flat(outputs), shape_.channels * outputs, config.bias() ? outputs : 0};
  }

  std::optional<Effect> Slide(const Window& window, const InferredLayer& layer) {
    if (!RequirePicture(layer)) return std::nullopt;
    const int64_t side = window.smallest_side();
    if (shape_.height_px < side || shape_.width_px < side) {
      Error(layer, absl::StrCat("needs at least ", side, "x", side, " pixels, gets ", shape_.ToString(), " from ", source_));
      return std::nullopt;
    }
    Effect effect{shape_};
    effect.output.height_px = window.OutputSide(shape_.height_px);
    effect.output.width_px = window.OutputSide(shape_.width_px);
    return effect;
  }

  bool RequirePicture(const InferredLayer& layer) {
    if (shape_.is_flat) Error(layer, absl::StrCat("needs channels x height x width, gets ", shape_.ToString(), " from ", source_));
    return !shape_.is_flat;
  }

  bool CheckLimits(const Effect& effect, const InferredLayer& layer) {
    // The ranges of the fields keep it below 2^52.
    const int64_t parameters = effect.weights + effect.other_parameters;
    if (parameters > kMaxParameters - parameters_) {
      Error(layer, absl::StrCat("would have ", parameters, " parameters, the layers before it have ", parameters_, "; a model may have ",
                                kMaxParameters, " (8 GiB)"));
      return false;
    }
    if (!HasAtMost(effect.output, kMaxActivations - activations_)) {
      Error(layer, absl::StrCat("would put out ", effect.output.ToString(), " for one image, the layers before it ", activations_,
                                " values; a model may come to ", kMaxActivations, " (8 GiB)"));
      return false;
    }
    return true;
  }

  void Error(const InferredLayer& layer, absl::string_view message) {
    errors_.push_back(absl::StrCat(layer.place, ": ", message));
    fields_.push_back(layer.place);
  }

  const std::string path_;
  const int64_t num_classes_;
  LayerShape shape_;                 // the next layer's input
  std::string source_ = "the data";  // where that comes from
  int64_t parameters_ = 0;
  int64_t activations_ = 0;
  bool stopped_ = false;
  std::vector<std::string> errors_;
  std::vector<std::string> fields_;
};

}  // namespace

std::string LayerShape::ToString() const {
  if (is_flat) return absl::StrCat(channels, channels == 1 ? " value" : " values");
  return absl::StrCat(channels, "x", height_px, "x", width_px);
}

absl::StatusOr<std::vector<InferredLayer>> InferLayers(const LayerList& layers, absl::string_view path, const LayerShape& input,
                                                       int num_classes) {
  Inference inference(path, input, num_classes);
  std::vector<InferredLayer> inferred = inference.Walk(layers, "", "");
  inference.CheckEnd(inferred);
  if (!inference.errors().empty()) return WithFields(ConfigError(absl::StrJoin(inference.errors(), "\n")), inference.fields());
  return inferred;
}

std::string LayerName(const LayerConfig& layer, int position) {
  return layer.has_name() ? layer.name() : absl::StrCat(position);
}

InferredLayer TotalOf(absl::Span<const InferredLayer> layers) {
  InferredLayer total;
  for (const InferredLayer& layer : layers) {
    total.parameters += layer.parameters;
    total.multiply_adds += layer.multiply_adds;
    total.activations += layer.activations;
  }
  return total;
}

const InferredLayer* FindBatchNormOfSingleValues(absl::Span<const InferredLayer> layers) {
  for (const InferredLayer& layer : layers) {
    if (layer.kind == "batch_norm" && layer.output.pixels() == 1) return &layer;
    if (const InferredLayer* inside = FindBatchNormOfSingleValues(layer.layers)) return inside;
  }
  return nullptr;
}

}  // namespace mica
