#include "models/layers/layer_shapes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/number_format.h"

namespace mica {
namespace {

// In floating point, because the product may not fit an int64.
bool HasAtMost(const LayerShape& shape, int64_t values) {
  return static_cast<double>(shape.channels) * static_cast<double>(shape.positions()) <= static_cast<double>(values);
}

// What flows from one layer to the next.
struct Flow {
  LayerShape shape;
  std::string source;  // the layer that it comes from, in messages
};

// One pass through a list and the containers in it.
class Inference {
 public:
  Inference(absl::string_view path, const LayerShape& input, int num_classes)
      : path_(path), num_classes_(num_classes), flow_{input, "the data"} {}

  // Larger pictures than any layer may put out could not even be counted.
  void CheckData(const LayerList& layers, const std::string& path_below) {
    if (layers.empty() || HasAtMost(flow_.shape, kMaxActivations)) return;
    InferredLayer first;
    Name(layers[0], 0, absl::StrCat(path_below, "[0]"), "", &first);
    Error(first, absl::StrCat("gets ", flow_.shape.ToString(), " from the data; an image may have ", kMaxActivations, " values (8 GiB)"));
    stopped_ = true;
  }

  // `path_below` leads from the outermost list to this one with the name of its field: "layer" or
  // "layer[1].residual.shortcut". The layers are called after `prefix`: "" or "block_1".
  std::vector<InferredLayer> Walk(const LayerList& list, const std::string& path_below, const std::string& prefix) {
    std::vector<InferredLayer> inferred;
    for (int i = 0; i < list.size() && !stopped_; ++i) {
      InferredLayer& layer = inferred.emplace_back();
      const std::string path = absl::StrCat(path_below, "[", i, "]");
      Name(list[i], i, path, prefix, &layer);
      layer.input = flow_.shape;
      Enter(list[i], path, &layer);
      layer.output = flow_.shape;
    }
    return inferred;
  }

  void CheckEnd(absl::Span<const InferredLayer> layers) {
    if (stopped_ || layers.empty()) return;
    const InferredLayer* last = &layers.back();
    while (last->kind == "block") last = &last->layers.back();
    const LayerShape& output = flow_.shape;
    if (!output.is_flat()) {
      Error(*last, absl::StrCat("is the last layer and gives ", output.ToString(), ", but one value for each of the ", num_classes_,
                                " classes is needed; end with flatten {} or global_average_pool {}, then linear {}"));
    } else if (output.channels != num_classes_) {
      Error(*last, absl::StrCat("is the last layer and gives ", output.ToString(), ", but the data has ", num_classes_,
                                " classes; end with linear {}, which gives one value for each"));
    } else if (parameters_ == 0 && errors_.empty()) {
      Error(*last, "is the last layer, and none has parameters, so there is nothing to train; end with linear {}");
    }
  }

  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& fields() const { return fields_; }  // [errors]

 private:
  void Name(const LayerConfig& config, int position, const std::string& path, const std::string& prefix, InferredLayer* layer) {
    layer->name = JoinLayerName(prefix, LayerName(config, position));
    layer->kind = ChosenArm(config, "kind");
    layer->place = path_.empty() ? absl::StrCat(layer->name, " (", layer->kind, ")") : absl::StrCat(path_, ".", path, ".", layer->kind);
  }

  void Enter(const LayerConfig& config, const std::string& path, InferredLayer* layer) {
    if (config.has_block()) {
      layer->layers = Walk(config.block().layer(), path + ".block.layer", layer->name);
    } else if (config.has_residual()) {
      EnterResidual(config.residual(), path + ".residual.", layer);
    } else if (config.has_concat()) {
      EnterConcat(config.concat(), path + ".concat.branch", layer);
    } else {
      return Pass(config, path_.empty() ? layer->name : path, layer);
    }
    const InferredLayer total = TotalOf(layer->layers);
    layer->parameters = total.parameters;
    layer->multiply_adds = total.multiply_adds;
    layer->activations += total.activations;  // to those of a sum
  }

  void EnterResidual(const ResidualConfig& config, const std::string& path, InferredLayer* layer) {
    const Flow input = flow_;
    layer->layers = Walk(config.layer(), path + "layer", layer->name);
    layer->branch_layers = layer->layers.size();
    const Flow branch = std::exchange(flow_, input);
    for (InferredLayer& inside : Walk(config.shortcut(), path + "shortcut", layer->name)) layer->layers.push_back(std::move(inside));
    if (stopped_) return;
    if (branch.shape != flow_.shape) {
      Error(*layer, absl::StrCat("adds its branch, ", branch.shape.ToString(), " from ", branch.source, ", to ",
                                 config.shortcut().empty() ? "its input, " : "its shortcut, ", flow_.shape.ToString(), " from ",
                                 flow_.source, ": both must have one shape; ",
                                 config.shortcut().empty() ? "give it a shortcut, such as a 1x1 convolution"
                                                           : "change the strides and channels of either"));
    }
    flow_ = branch;
    AddOutput(layer);
  }

  void EnterConcat(const ConcatConfig& config, const std::string& path, InferredLayer* layer) {
    Flow input = flow_;
    if (config.split_input() && !Split(config.branch_size(), *layer, &input.shape)) return;
    std::vector<Flow> ends;
    for (int i = 0; i < config.branch_size() && !stopped_; ++i) {
      flow_ = input;
      for (InferredLayer& inside : Walk(config.branch(i).layer(), absl::StrCat(path, "[", i, "].layer"), layer->name)) {
        layer->layers.push_back(std::move(inside));
      }
      ends.push_back(flow_);
    }
    if (stopped_) return;
    flow_ = ends[0];
    for (size_t i = 1; i < ends.size(); ++i) {
      LayerShape as_first = ends[i].shape;
      as_first.channels = ends[0].shape.channels;
      if (as_first != ends[0].shape) {
        Error(*layer, absl::StrCat("joins its branches' channels, but branch[0] gives ", ends[0].shape.ToString(), ", branch[", i,
                                   "] gives ", ends[i].shape.ToString(), ": all else must be equal"));
        stopped_ = true;
        return;
      }
      flow_.shape.channels += ends[i].shape.channels;
    }
    AddOutput(layer);
  }

  // The part of the input that each of `branches` gets.
  bool Split(int64_t branches, const InferredLayer& layer, LayerShape* shape) {
    stopped_ = shape->channels % branches != 0;
    if (stopped_) {
      Error(layer, absl::StrCat("splits ", shape->ToString(), " from ", flow_.source, " for ", branches,
                                " branches: the channels must be a multiple of that"));
    }
    shape->channels /= branches;
    return !stopped_;
  }

  // Counts the output of a residual or a concat, which come after those of their layers.
  void AddOutput(InferredLayer* layer) {
    LayerEffect effect;
    effect.output = flow_.shape;
    stopped_ = !CheckLimits(effect, *layer);
    if (stopped_) return;
    layer->activations = flow_.shape.values();
    activations_ += layer->activations;
  }

  // Passes the image through a layer that is no container. The next layer's message calls it
  // `source`.
  void Pass(const LayerConfig& config, const std::string& source, InferredLayer* layer) {
    LayerEffect effect = EffectOfLayer(config, flow_.shape, flow_.source, num_classes_);
    if (!effect.error.empty()) Error(*layer, effect.error);
    stopped_ = !effect.output.has_value() || !CheckLimits(effect, *layer);
    if (stopped_) return;
    for (LayerTensor& tensor : effect.tensors) {
      if (tensor.is_parameter()) layer->parameters += tensor.size();
      tensor.name = JoinLayerName(layer->name, tensor.name);
    }
    layer->tensors = std::move(effect.tensors);
    // Only attention over more tokens than memory holds would reach the bound.
    layer->multiply_adds = static_cast<int64_t>(std::min(effect.multiply_adds, 9e18));
    layer->activations = effect.output->values();
    parameters_ += layer->parameters;
    for (const LayerTensor& tensor : layer->tensors) tensor_values_ += tensor.size();
    activations_ += layer->activations;
    flow_ = {*effect.output, source};
  }

  bool CheckLimits(const LayerEffect& effect, const InferredLayer& layer) {
    double values = 0;
    for (const LayerTensor& tensor : effect.tensors) values += static_cast<double>(tensor.size());
    if (values > static_cast<double>(kMaxParameters - tensor_values_)) {
      Error(layer, absl::StrCat("would have ", FormatFixed(values, 0), " parameters, the layers before it have ", tensor_values_,
                                "; a model may have ", kMaxParameters, " (8 GiB)"));
      return false;
    }
    if (!HasAtMost(*effect.output, kMaxActivations - activations_)) {
      Error(layer, absl::StrCat("would put out ", effect.output->ToString(), " for one image, the layers before it ", activations_,
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
  Flow flow_;  // into the next layer
  int64_t parameters_ = 0;
  int64_t tensor_values_ = 0;  // with buffers
  int64_t activations_ = 0;
  bool stopped_ = false;
  std::vector<std::string> errors_;
  std::vector<std::string> fields_;
};

void AppendLeaves(absl::Span<const InferredLayer> layers, std::vector<const InferredLayer*>* leaves) {
  for (const InferredLayer& layer : layers) {
    if (layer.layers.empty() && layer.kind != "concat") leaves->push_back(&layer);
    AppendLeaves(layer.layers, leaves);
  }
}

}  // namespace

absl::StatusOr<std::vector<InferredLayer>> InferLayers(const LayerList& layers, absl::string_view path, const LayerShape& input,
                                                       int num_classes) {
  Inference inference(path, input, num_classes);
  inference.CheckData(layers, "layer");
  std::vector<InferredLayer> inferred = inference.Walk(layers, "layer", "");
  inference.CheckEnd(inferred);
  if (!inference.errors().empty()) return WithFields(ConfigError(absl::StrJoin(inference.errors(), "\n")), inference.fields());
  return inferred;
}

std::string LayerName(const LayerConfig& layer, int position) {
  return layer.has_name() ? layer.name() : absl::StrCat(position);
}

std::string JoinLayerName(absl::string_view prefix, absl::string_view name) {
  return absl::StrCat(prefix, prefix.empty() || name.empty() ? "" : ".", name);
}

std::vector<const InferredLayer*> LeavesOf(absl::Span<const InferredLayer> layers) {
  std::vector<const InferredLayer*> leaves;
  AppendLeaves(layers, &leaves);
  return leaves;
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

const InferredLayer* FindBatchNormOfSingleValues(absl::Span<const InferredLayer> layers, const std::set<std::string>& fixed) {
  for (const InferredLayer* layer : LeavesOf(layers)) {
    if (layer->kind == "batch_norm" && layer->output.positions() == 1 && fixed.count(layer->name) == 0) return layer;
  }
  return nullptr;
}

const InferredLayer* FindFirstConvolution(absl::Span<const InferredLayer> layers) {
  for (const InferredLayer* layer : LeavesOf(layers)) {
    if (layer->kind == "conv2d") return layer;
  }
  return nullptr;
}

}  // namespace mica
