#include "models/torchscript/torchscript_source.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "models/torchscript/torchscript_methods.h"

namespace mica {
namespace {

bool IsIdentifier(absl::string_view name) {
  return !absl::ascii_isdigit(static_cast<unsigned char>(name[0])) && !absl::StrContains(name, "-");
}

// Words of TorchScript's grammar, names that a saved file's code uses for other things, and
// attributes of every module.
bool IsReserved(absl::string_view name) {
  static constexpr absl::string_view kWords[] = {
      "Ellipsis", "False",    "None", "NoneType", "True",      "and",      "as",      "assert",  "async", "await",   "break",
      "class",    "continue", "def",  "del",      "elif",      "else",     "except",  "finally", "for",   "from",    "global",
      "if",       "import",   "in",   "is",       "lambda",    "nonlocal", "not",     "or",      "pass",  "raise",   "return",
      "try",      "while",    "with", "yield",    "CONSTANTS", "annotate", "getattr", "ops",     "torch", "forward", "training",
  };
  return std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords) || absl::StartsWith(name, "_");
}

// The attribute that holds a tensor: "self.conv1.weight", `getattr(self.layer1, "0").conv1.weight`.
std::string Attribute(absl::string_view whole_name) {
  std::string place = "self";
  for (const absl::string_view name : absl::StrSplit(whole_name, '.')) {
    place = IsIdentifier(name) ? absl::StrCat(place, ".", name) : absl::StrCat("getattr(", place, ", \"", name, "\")");
  }
  return place;
}

// Integers are no floats in TorchScript.
std::string Float(double value) {
  const std::string digits = FormatNumber(value);
  return absl::StrCat(digits, digits.find_first_of(".e") == std::string::npos ? ".0" : "");
}

std::string Pair(int64_t side) {
  return absl::StrCat("[", side, ", ", side, "]");
}

// Writes forward, line by line. Every method takes the name of the variable with a layer's input
// and returns that of its output.
class ForwardWriter {
 public:
  std::string List(const LayerList& list, absl::Span<const InferredLayer> inferred, std::string input) {
    for (int i = 0; i < list.size(); ++i) input = Layer(list[i], inferred[i], input);
    return input;
  }

  std::string Finish(const std::string& logits) const {
    return absl::StrCat("def forward(self, images: Tensor) -> Tensor:\n", lines_, "    return ", logits, "\n", SourceOfMethods(methods_));
  }

 private:
  std::string Layer(const LayerConfig& config, const InferredLayer& layer, const std::string& input) {
    switch (config.kind_case()) {
      case LayerConfig::kBlock:
        return List(config.block().layer(), layer.layers, input);
      case LayerConfig::kResidual:
        return Residual(config.residual(), layer, input);
      case LayerConfig::kConcat:
        return Concat(config.concat(), layer, input);
      case LayerConfig::kConv2D:
        return Convolution(config.conv2d(), layer, input);
      case LayerConfig::kLinear:
        return Linear(config.linear(), layer, input);
      case LayerConfig::kBatchNorm:
        return BatchNorm(config.batch_norm(), layer, input);
      case LayerConfig::kLayerNorm:
        return LayerNorm(config.layer_norm(), layer, input);
      case LayerConfig::kGroupNorm:
        return Call("group_norm", {input, absl::StrCat(config.group_norm().groups()), Tensor(layer, "weight"), Tensor(layer, "bias"),
                                   Float(config.group_norm().epsilon())});
      case LayerConfig::kSqueezeExcite:
        return SqueezeExcite(config.squeeze_excite(), layer, input);
      case LayerConfig::kSelfAttention:
        return SelfAttention(config.self_attention(), layer, input);
      case LayerConfig::kWindowAttention:
        return WindowAttention(config.window_attention(), layer, input);
      case LayerConfig::kClassToken:
        return Call("cat", {absl::StrCat("[torch.expand(", Tensor(layer), ", [torch.size(", input, ", 0), -1, -1]), ", input, "]"), "1"});
      case LayerConfig::kPositionEmbedding:
        return Set(absl::StrCat(input, " + ", Tensor(layer)));
      case LayerConfig::kLayerScale:
        return Set(absl::StrCat(input, " * ", Tensor(layer)));
      case LayerConfig::kRelu:
        return Call("relu", {input});
      case LayerConfig::kRelu6:
        return Call("hardtanh", {input, Float(0), Float(6)});  // torch.jit.optimize_for_inference takes no integers
      case LayerConfig::kLeakyRelu:
        return Call("leaky_relu", {input, Float(config.leaky_relu().negative_slope())});
      case LayerConfig::kGelu:
        return Call("gelu", {input});
      case LayerConfig::kSilu:
        return Call("silu", {input});
      case LayerConfig::kTanh:
        return Call("tanh", {input});
      case LayerConfig::kSigmoid:
        return Call("sigmoid", {input});
      case LayerConfig::kHardSwish:
        return Call("hardswish", {input});
      case LayerConfig::kHardSigmoid:
        return Call("hardsigmoid", {input});
      case LayerConfig::kMaxPool:
        return Pool("max_pool2d", config.max_pool(), {Pair(1), config.max_pool().ceil_mode() ? "True" : "False"}, input);
      case LayerConfig::kAveragePool:
        return Pool("avg_pool2d", config.average_pool(), {}, input);
      case LayerConfig::kAdaptiveAveragePool:
        return Call("adaptive_avg_pool2d", {input, Pair(config.adaptive_average_pool().size_px())});
      case LayerConfig::kGlobalAveragePool:
        return Call("mean", {input, layer.input.is_picture() ? "[2, 3]" : "[1]"});
      case LayerConfig::kFlatten:
        return Call("flatten", {input, "1"});
      case LayerConfig::kLocalResponseNorm:
        return LocalResponseNorm(config.local_response_norm(), input);
      case LayerConfig::kChannelShuffle:
        return Call("channel_shuffle", {input, absl::StrCat(config.channel_shuffle().groups())});
      case LayerConfig::kTokens:
        return Set(absl::StrCat("torch.transpose(torch.flatten(", input, ", 2), 1, 2)"));
      case LayerConfig::kFirstToken:
        return Call("select", {input, "1", "0"});
      case LayerConfig::kMergePatches:
        return CallMethod(TorchScriptMethod::kMergePatches, "_merge_patches", {input});
      case LayerConfig::kSamePad:
        return SamePad(layer, input);
      case LayerConfig::kDropout:
      case LayerConfig::kStochasticDepth:
      case LayerConfig::KIND_NOT_SET:
        break;
    }
    return input;
  }

  std::string Residual(const ResidualConfig& config, const InferredLayer& layer, const std::string& input) {
    const absl::Span<const InferredLayer> inside = layer.layers;
    const std::string branch = List(config.layer(), inside.first(layer.branch_layers), input);
    return Set(absl::StrCat(branch, " + ", List(config.shortcut(), inside.subspan(layer.branch_layers), input)));
  }

  std::string Concat(const ConcatConfig& config, const InferredLayer& layer, const std::string& input) {
    std::string parts;
    if (config.split_input()) parts = Call("chunk", {input, absl::StrCat(config.branch_size()), ChannelDimension(layer.input)});
    absl::Span<const InferredLayer> inside = layer.layers;
    std::vector<std::string> outputs;
    for (const ConcatBranchConfig& branch : config.branch()) {
      const std::string part = parts.empty() ? input : absl::StrCat(parts, "[", outputs.size(), "]");
      outputs.push_back(List(branch.layer(), inside.first(branch.layer_size()), part));
      inside.remove_prefix(branch.layer_size());
    }
    return Call("cat", {absl::StrCat("[", absl::StrJoin(outputs, ", "), "]"), ChannelDimension(layer.output)});
  }

  std::string SamePad(const InferredLayer& layer, const std::string& input) {
    const int64_t rows = layer.output.height_px - layer.input.height_px, columns = layer.output.width_px - layer.input.width_px;
    if (rows == 0 && columns == 0) return input;
    return Call("constant_pad_nd",
                {input, absl::StrCat("[", columns / 2, ", ", (columns + 1) / 2, ", ", rows / 2, ", ", (rows + 1) / 2, "]"), Float(0)});
  }

  static std::string ChannelDimension(const LayerShape& shape) { return shape.form == LayerShape::Form::kTokens ? "2" : "1"; }

  std::string Convolution(const Conv2dConfig& config, const InferredLayer& layer, const std::string& input) {
    return Call("conv2d", {input, Tensor(layer, "weight"), config.bias() ? Tensor(layer, "bias") : "None", Pair(config.stride()),
                           Pair(config.padding_px()), Pair(config.dilation()), absl::StrCat(config.groups())});
  }

  std::string Linear(const LinearLayerConfig& config, const InferredLayer& layer, const std::string& input) {
    const auto linear = [&](const std::string& values) {
      return Call("linear", {values, Tensor(layer, "weight"), config.bias() ? Tensor(layer, "bias") : "None"});
    };
    return config.per_pixel() ? ChannelsToTheFront(linear(ChannelsToTheEnd(input))) : linear(input);
  }

  std::string BatchNorm(const BatchNormConfig& config, const InferredLayer& layer, const std::string& input) {
    return Call("batch_norm", {input, Tensor(layer, "weight"), Tensor(layer, "bias"), Tensor(layer, "running_mean"),
                               Tensor(layer, "running_var"), "False", Float(config.momentum()), Float(config.epsilon()), "True"});
  }

  std::string LayerNorm(const LayerNormConfig& config, const InferredLayer& layer, const std::string& input) {
    const auto normalise = [&](const std::string& values) {
      return Call("layer_norm", {values, absl::StrCat("[", layer.input.channels, "]"), Tensor(layer, "weight"), Tensor(layer, "bias"),
                                 Float(config.epsilon())});
    };
    return layer.input.is_picture() ? ChannelsToTheFront(normalise(ChannelsToTheEnd(input))) : normalise(input);
  }

  std::string ChannelsToTheEnd(const std::string& input) { return Call("permute", {input, "[0, 2, 3, 1]"}); }
  std::string ChannelsToTheFront(const std::string& input) { return Call("permute", {input, "[0, 3, 1, 2]"}); }

  std::string SqueezeExcite(const SqueezeExciteConfig& config, const InferredLayer& layer, const std::string& input) {
    const std::string squeezed =
        Call("conv2d", {absl::StrCat("torch.mean(", input, ", [2, 3], True)"), Tensor(layer, "fc1.weight"), Tensor(layer, "fc1.bias")});
    const std::string active = Call(config.activation() == SqueezeExciteConfig::SILU ? "silu" : "relu", {squeezed});
    const std::string excited = Call("conv2d", {active, Tensor(layer, "fc2.weight"), Tensor(layer, "fc2.bias")});
    const std::string gate = Call(config.gate() == SqueezeExciteConfig::HARD_SIGMOID ? "hardsigmoid" : "sigmoid", {excited});
    return Set(absl::StrCat(input, " * ", gate));
  }

  // PoolConfig is MaxPoolConfig or AveragePoolConfig.
  template <typename PoolConfig>
  std::string Pool(const std::string& function, const PoolConfig& config, const std::vector<std::string>& more, const std::string& input) {
    std::vector<std::string> arguments = {input, Pair(config.kernel_size_px()),
                                          Pair(config.has_stride() ? config.stride() : config.kernel_size_px()), Pair(config.padding_px())};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Call(function, arguments);
  }

  std::string LocalResponseNorm(const LocalResponseNormConfig& config, const std::string& input) {
    return CallMethod(TorchScriptMethod::kLocalResponseNorm, "_local_response_norm",
                      {input, absl::StrCat(config.size()), Float(config.alpha() / config.size()), Float(config.beta()), Float(config.k())});
  }

  std::string SelfAttention(const SelfAttentionConfig& config, const InferredLayer& layer, const std::string& input) {
    const bool qkv = config.tensor_names() == SelfAttentionConfig::QKV;
    const std::string in = qkv ? "qkv." : "in_proj_", out = qkv ? "proj." : "out_proj.";
    return CallMethod(TorchScriptMethod::kSelfAttention, "_self_attention",
                      {input, Tensor(layer, in + "weight"), Tensor(layer, in + "bias"), Tensor(layer, out + "weight"),
                       Tensor(layer, out + "bias"), absl::StrCat(config.heads())});
  }

  std::string WindowAttention(const WindowAttentionConfig& config, const InferredLayer& layer, const std::string& input) {
    return CallMethod(TorchScriptMethod::kWindowAttention, "_window_attention",
                      {input, Tensor(layer, "qkv.weight"), Tensor(layer, "qkv.bias"), Tensor(layer, "proj.weight"),
                       Tensor(layer, "proj.bias"), Tensor(layer, "relative_position_bias_table"), Tensor(layer, "relative_position_index"),
                       absl::StrCat(config.heads()), absl::StrCat(config.window_px()), absl::StrCat(config.shift_px())});
  }

  // Without `name`, the tensor has the layer's own.
  static std::string Tensor(const InferredLayer& layer, absl::string_view name = "") { return Attribute(JoinLayerName(layer.name, name)); }

  std::string Set(const std::string& value) {
    const std::string variable = absl::StrCat("x", ++variables_);
    absl::StrAppend(&lines_, "    ", variable, " = ", value, "\n");
    return variable;
  }

  std::string Call(absl::string_view function, const std::vector<std::string>& arguments) {
    return Set(absl::StrCat("torch.", function, "(", absl::StrJoin(arguments, ", "), ")"));
  }

  std::string CallMethod(TorchScriptMethod method, absl::string_view name, const std::vector<std::string>& arguments) {
    methods_.insert(method);
    return Set(absl::StrCat("self.", name, "(", absl::StrJoin(arguments, ", "), ")"));
  }

  std::string lines_;
  int variables_ = 0;
  std::set<TorchScriptMethod> methods_;
};

// Parts of tensors' names.
std::set<std::string> NamesOf(const InferredModel& model) {
  std::set<std::string> names;
  for (const InferredLayer* layer : LeavesOf(model.layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      for (const absl::string_view name : absl::StrSplit(tensor.name, '.')) names.emplace(name);
    }
  }
  return names;
}

absl::Status CheckNames(const InferredModel& model) {
  std::vector<std::string> reserved;
  for (const std::string& name : NamesOf(model)) {
    if (IsReserved(name)) reserved.push_back(absl::StrCat("\"", name, "\""));
  }
  if (reserved.empty()) return absl::OkStatus();
  return ConfigError(absl::StrCat("model: no TorchScript file can have layers that are called ", absl::StrJoin(reserved, ", "),
                                  ": these are words of its language or of its files, and all that begins with \"_\"; "
                                  "give the layers other names"));
}

}  // namespace

absl::StatusOr<std::string> TorchScriptSource(const InferredModel& model) {
  MICA_RETURN_IF_ERROR(CheckNames(model));
  ForwardWriter writer;
  return writer.Finish(writer.List(model.config.layer(), model.layers, "images"));
}

}  // namespace mica
