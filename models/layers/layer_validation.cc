#include "models/layers/layer_validation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "models/layers/layer_fields.h"
#include "models/layers/layer_names.h"

namespace mica {
namespace {

constexpr int kDeepest = 16;

std::string LayerPath(absl::string_view path, int position) {
  return JoinPath(path, absl::StrCat("layer[", position, "]"));
}

// A list within the lists around it.
struct ListPlace {
  std::string path;  // of the field that holds it
  int depth;         // containers around it
  bool ends_branch;  // its last layer is the last one of a residual's branch
};

// Goes through a list and all that it holds.
class Nesting {
 public:
  explicit Nesting(ConfigProblems* problems) : problems_(problems) {}

  void Walk(const LayerList& layers, const ListPlace& place) {
    if (layers.empty()) return problems_->Error(place.path, "is required: list at least one layer");
    for (int i = 0; i < layers.size(); ++i) {
      Enter(layers[i], {absl::StrCat(place.path, "[", i, "]"), place.depth, place.ends_branch && i + 1 == layers.size()});
    }
  }

 private:
  void Enter(const LayerConfig& layer, const ListPlace& place) {
    ValidateLayerFields(layer, place.path, problems_);
    const std::string path = JoinPath(place.path, ChosenArm(layer, "kind"));
    if (layer.has_block()) {
      EnterList(layer.block().layer(), {path + ".layer", place.depth + 1, place.ends_branch});
    } else if (layer.has_residual()) {
      EnterList(layer.residual().layer(), {path + ".layer", place.depth + 1, /*ends_branch=*/true});
      if (!layer.residual().shortcut().empty()) {
        EnterList(layer.residual().shortcut(), {path + ".shortcut", place.depth + 1, /*ends_branch=*/false});
      }
    } else if (layer.has_concat()) {
      EnterBranches(layer.concat(), {path + ".branch", place.depth + 1, /*ends_branch=*/false});
    } else if (layer.has_stochastic_depth() && !place.ends_branch) {
      problems_->Error(path,
                       "must be the last layer of a residual's branch, which it leaves out: residual { layer { ... } layer { "
                       "stochastic_depth { ... } } }");
    }
  }

  void EnterBranches(const ConcatConfig& config, const ListPlace& place) {
    if (config.branch_size() < 2)
      problems_->Error(place.path, absl::StrCat("must list at least two branches (got ", config.branch_size(), ")"));
    for (int i = 0; i < config.branch_size(); ++i) {
      const LayerList& layers = config.branch(i).layer();
      if (!layers.empty()) EnterList(layers, {absl::StrCat(place.path, "[", i, "].layer"), place.depth, place.ends_branch});
    }
  }

  void EnterList(const LayerList& layers, const ListPlace& place) {
    if (place.depth <= kDeepest) return Walk(layers, place);
    problems_->Error(place.path, absl::StrCat("is too deep: blocks, residuals and concats may be nested ", kDeepest, " deep"));
  }

  ConfigProblems* const problems_;
};

bool ChangesLogits(const LayerConfig& layer) {
  switch (layer.kind_case()) {
    case LayerConfig::kRelu:
    case LayerConfig::kLeakyRelu:
    case LayerConfig::kGelu:
    case LayerConfig::kSilu:
    case LayerConfig::kTanh:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kSigmoid:
    case LayerConfig::kRelu6:
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
    case LayerConfig::kSamePad:
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
  ValidateLayerNames(layers, std::string(path), problems);
  Nesting(problems).Walk(layers, {JoinPath(path, "layer"), /*depth=*/0, /*ends_branch=*/false});
  WarnOfChangedLogits(layers, std::string(path), problems);
}

}  // namespace mica
