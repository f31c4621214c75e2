#include "models/layers/kept_values.h"

#include <cstddef>

namespace mica {
namespace {

// What a layer needs of the forward pass in its backward pass, and where it puts its output.
struct Habit {
  enum class Output {
    kNew,    // into an array of its own
    kInput,  // into the array of its input, which it only reads in another form
    kOver,   // over its input, unless that is kept
  };

  bool keeps_input = false;
  bool keeps_output = false;
  Output output = Output::kNew;
  int64_t more_values = 0;  // others that it keeps
};

// Queries, keys, values and the weighted sums of these.
int64_t ValuesOfAttention(const InferredLayer& layer) {
  return 4 * layer.input.values();
}

Habit HabitOf(const LayerConfig& config, const InferredLayer& layer) {
  switch (config.kind_case()) {
    case LayerConfig::kConv2D:
    case LayerConfig::kLinear:
    case LayerConfig::kBatchNorm:
    case LayerConfig::kLayerNorm:
    case LayerConfig::kGroupNorm:
    case LayerConfig::kLocalResponseNorm:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kRelu6:
    case LayerConfig::kSqueezeExcite:
    case LayerConfig::kLayerScale:
      return {/*keeps_input=*/true};
    case LayerConfig::kSelfAttention:
    case LayerConfig::kWindowAttention:
      return {/*keeps_input=*/true, /*keeps_output=*/false, Habit::Output::kNew, ValuesOfAttention(layer)};
    case LayerConfig::kRelu:
    case LayerConfig::kLeakyRelu:
    case LayerConfig::kTanh:
    case LayerConfig::kSigmoid:
      return {/*keeps_input=*/false, /*keeps_output=*/true, Habit::Output::kOver};
    case LayerConfig::kDropout:
    case LayerConfig::kStochasticDepth:
    case LayerConfig::kPositionEmbedding:
      return {/*keeps_input=*/false, /*keeps_output=*/false, Habit::Output::kOver};
    case LayerConfig::kFlatten:
    case LayerConfig::kTokens:
      return {/*keeps_input=*/false, /*keeps_output=*/false, Habit::Output::kInput};
    case LayerConfig::kMaxPool:
    case LayerConfig::kAveragePool:
    case LayerConfig::kAdaptiveAveragePool:
    case LayerConfig::kGlobalAveragePool:
    case LayerConfig::kChannelShuffle:
    case LayerConfig::kClassToken:
    case LayerConfig::kFirstToken:
    case LayerConfig::kMergePatches:
    case LayerConfig::kSamePad:
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::KIND_NOT_SET:
      return {};
  }
  return {};
}

// Follows the arrays of an image through the layers.
class Passage {
 public:
  explicit Passage(int64_t input_values) { arrays_.push_back({input_values}); }

  // Returns the array of the list's output; `array` is that of its input, 0 for the image.
  size_t Walk(const LayerList& list, absl::Span<const InferredLayer> layers, size_t array) {
    for (int i = 0; i < list.size(); ++i) {
      // A batch norm keeps what the ReLU's backward pass can be computed from.
      const bool is_free = list[i].has_relu() && i > 0 && list[i - 1].has_batch_norm();
      array = is_free ? Pass({/*keeps_input=*/false, /*keeps_output=*/false, Habit::Output::kOver}, layers[i], array)
                      : Enter(list[i], layers[i], array);
    }
    return array;
  }

  std::vector<int64_t> TakeKept() { return std::move(kept_); }

 private:
  struct Array {
    int64_t values = 0;
    bool is_kept = false;
  };

  size_t Enter(const LayerConfig& config, const InferredLayer& layer, size_t input) {
    if (config.has_block()) return Walk(config.block().layer(), layer.layers, input);
    if (config.has_residual()) return EnterResidual(config.residual(), layer, input);
    if (config.has_concat()) return EnterConcat(config.concat(), layer, input);
    return Pass(HabitOf(config, layer), layer, input);
  }

  size_t EnterResidual(const ResidualConfig& config, const InferredLayer& layer, size_t input) {
    const absl::Span<const InferredLayer> layers = layer.layers;
    const size_t branch = Walk(config.layer(), layers.subspan(0, config.layer_size()), input);
    Walk(config.shortcut(), layers.subspan(config.layer_size()), input);
    return arrays_[branch].is_kept ? Add(layer.output) : branch;
  }

  size_t EnterConcat(const ConcatConfig& config, const InferredLayer& layer, size_t input) {
    absl::Span<const InferredLayer> rest = layer.layers;
    for (const ConcatBranchConfig& branch : config.branch()) {
      Walk(branch.layer(), rest.subspan(0, branch.layer_size()), input);
      rest.remove_prefix(branch.layer_size());
    }
    return Add(layer.output);
  }

  size_t Pass(const Habit& habit, const InferredLayer& layer, size_t input) {
    kept_.push_back(habit.more_values);
    if (habit.keeps_input) Keep(input);
    const bool reuses = habit.output == Habit::Output::kInput || (habit.output == Habit::Output::kOver && !arrays_[input].is_kept);
    const size_t output = reuses ? input : Add(layer.output);
    if (habit.keeps_output) Keep(output);
    return output;
  }

  size_t Add(const LayerShape& shape) {
    arrays_.push_back({shape.values()});
    return arrays_.size() - 1;
  }

  // On the account of the last leaf.
  void Keep(size_t array) {
    if (!arrays_[array].is_kept) kept_.back() += arrays_[array].values;
    arrays_[array].is_kept = true;
  }

  std::vector<Array> arrays_;
  std::vector<int64_t> kept_;  // [leaf]
};

}  // namespace

std::vector<int64_t> KeptValues(const LayerList& list, absl::Span<const InferredLayer> layers) {
  if (layers.empty()) return {};
  Passage passage(layers[0].input.values());
  passage.Walk(list, layers, /*array=*/0);
  return passage.TakeKept();
}

}  // namespace mica
