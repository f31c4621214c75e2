#include "models/initialisation/initialisation_plan.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/config_problems.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/name_pattern.h"
#include "base/printable.h"

namespace mica {
namespace {

using Rule = InitialisationRuleConfig;
using Role = LayerTensor::Role;

bool IsNorm(const std::string& kind) {
  return kind == "batch_norm" || kind == "layer_norm" || kind == "group_norm";
}

bool IsOfKind(const InferredLayer& layer, Rule::LayerKind kind) {
  switch (kind) {
    case Rule::CONV2D:
      return layer.kind == "conv2d";
    case Rule::LINEAR:
      return layer.kind == "linear";
    case Rule::ATTENTION:
      return layer.kind == "self_attention" || layer.kind == "window_attention";
    case Rule::NORM:
      return IsNorm(layer.kind);
    case Rule::EMBEDDING:
      return layer.kind == "class_token" || layer.kind == "position_embedding";
    case Rule::LAYER_SCALE:
      return layer.kind == "layer_scale";
    case Rule::SQUEEZE_EXCITE:
      return layer.kind == "squeeze_excite";
    case Rule::LAYER_KIND_UNSPECIFIED:
      break;
  }
  return false;
}

bool IsAdded(const LayerTensor& tensor) {
  return tensor.role == Role::kBias || tensor.role == Role::kShift;
}

// Whether the rule covers the tensor, patterns apart.
bool Selects(const Rule& rule, const InferredLayer& layer, const LayerTensor& tensor) {
  const auto& kinds = rule.layer_kind();
  const auto is_of = [&](int kind) { return IsOfKind(layer, static_cast<Rule::LayerKind>(kind)); };
  if (!kinds.empty() && std::none_of(kinds.begin(), kinds.end(), is_of)) return false;
  switch (rule.tensor()) {
    case Rule::WEIGHT:
      return !IsAdded(tensor);
    case Rule::BIAS:
      return IsAdded(tensor);
    case Rule::ALL:
      return true;
    case Rule::TENSOR_UNSPECIFIED:
      break;
  }
  return false;
}

bool IsCovered(const Rule& rule, const InferredLayer& layer, const LayerTensor& tensor) {
  const auto covers = [&](const std::string& pattern) { return Covers(pattern, tensor.name); };
  if (!rule.pattern().empty() && std::none_of(rule.pattern().begin(), rule.pattern().end(), covers)) return false;
  return Selects(rule, layer, tensor);
}

const Rule* DecidingRule(const InitialisationConfig& config, const InferredLayer& layer, const LayerTensor& tensor) {
  for (int i = config.rule_size() - 1; i >= 0; --i) {
    if (IsCovered(config.rule(i), layer, tensor)) return &config.rule(i);
  }
  return nullptr;
}

// Layers whose output is 0 where their input is, and that pass the gradient on.
bool KeepsZero(const InferredLayer& layer) {
  const std::string& kind = layer.kind;
  if (kind == "block") return std::all_of(layer.layers.begin(), layer.layers.end(), KeepsZero);
  return kind == "dropout" || kind == "stochastic_depth" || kind == "layer_scale" || kind == "squeeze_excite";
}

// The norm that the list's result is 0 with once its scale and shift are; null if there is none.
const InferredLayer* LastNorm(absl::Span<const InferredLayer> layers) {
  for (size_t i = layers.size(); i > 0; --i) {
    const InferredLayer& layer = layers[i - 1];
    if (IsNorm(layer.kind)) return &layer;
    if (!KeepsZero(layer)) return layer.kind == "block" ? LastNorm(layer.layers) : nullptr;
  }
  return nullptr;
}

void AddZeroGammas(absl::Span<const InferredLayer> layers, std::set<const InferredLayer*>* norms) {
  for (const InferredLayer& layer : layers) {
    if (layer.kind == "residual") {
      const InferredLayer* const norm = LastNorm(absl::MakeConstSpan(layer.layers).first(layer.branch_layers));
      if (norm != nullptr) norms->insert(norm);
    }
    AddZeroGammas(layer.layers, norms);
  }
}

// Norms whose scale zero_gamma sets to 0.
std::set<const InferredLayer*> ZeroGammas(absl::Span<const InferredLayer> layers) {
  std::set<const InferredLayer*> norms;
  AddZeroGammas(layers, &norms);
  return norms;
}

bool HasFans(const LayerTensor& tensor) {
  return tensor.shape.size() >= 2 && (tensor.role == Role::kWeight || tensor.role == Role::kEmbedding);
}

bool NeedsFans(const Rule& rule) {
  switch (rule.kind_case()) {
    case Rule::kKaimingNormal:
    case Rule::kKaimingUniform:
    case Rule::kXavierNormal:
    case Rule::kXavierUniform:
    case Rule::kOrthogonal:
      return true;
    case Rule::kNormal:
    case Rule::kUniform:
    case Rule::kTruncatedNormal:
    case Rule::kConstant:
    case Rule::KIND_NOT_SET:
      return false;
  }
  return false;
}

// A tensor and its layer.
struct Member {
  const InferredLayer* layer;
  const LayerTensor* tensor;
};

std::vector<Member> TrainedTensors(absl::Span<const InferredLayer> layers) {
  std::vector<Member> members;
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      if (tensor.is_parameter()) members.push_back({layer, &tensor});
    }
  }
  return members;
}

// "NORM or EMBEDDING" of a rule's layer_kind, "" if it has none.
std::string KindsText(const Rule& rule) {
  std::vector<std::string> names;
  for (const int kind : rule.layer_kind()) names.push_back(Rule::LayerKind_Name(static_cast<Rule::LayerKind>(kind)));
  return absl::StrJoin(names, " or ");
}

class Check {
 public:
  explicit Check(absl::Span<const InferredLayer> layers) : members_(TrainedTensors(layers)) {
    for (const Member& member : members_) names_.push_back(member.tensor->name);
  }

  void CheckRule(const Rule& rule, const std::string& path) {
    const size_t errors = problems_.all().size();
    for (int i = 0; i < rule.pattern_size(); ++i) CheckPattern(rule, rule.pattern(i), JoinPath(path, absl::StrCat("pattern[", i, "]")));
    if (problems_.all().size() > errors) return;
    const Member* without_fans = nullptr;
    bool covers = false;
    for (const Member& member : members_) {
      if (!IsCovered(rule, *member.layer, *member.tensor)) continue;
      covers = true;
      if (without_fans == nullptr && !HasFans(*member.tensor)) without_fans = &member;
    }
    if (!covers) return problems_.Error(path, absl::StrCat("covers no tensor: the model has no ", Selection(rule)));
    if (NeedsFans(rule) && without_fans != nullptr) RejectKind(rule, *without_fans, path);
  }

  void CheckZeroGamma(absl::Span<const InferredLayer> layers, const std::string& path) {
    if (!ZeroGammas(layers).empty()) return;
    problems_.Error(path, "changes nothing: no residual of the model has a branch that ends in a norm; leave it out");
  }

  absl::Status status() const {
    std::vector<std::string> lines, fields;
    for (const ConfigProblem& problem : problems_.all()) {
      lines.push_back(problem.message);
      fields.push_back(problem.field_path);
    }
    return lines.empty() ? absl::OkStatus() : WithFields(ConfigError(absl::StrJoin(lines, "\n")), fields);
  }

 private:
  void CheckPattern(const Rule& rule, const std::string& pattern, const std::string& path) {
    const LayerTensor* named = nullptr;
    for (const Member& member : members_) {
      if (!Covers(pattern, member.tensor->name)) continue;
      if (Selects(rule, *member.layer, *member.tensor)) return;
      named = member.tensor;
    }
    if (named == nullptr) {
      return problems_.Error(path, absl::StrCat("covers no tensor: none is called ", InQuotes(pattern), NearestCovered(pattern, names_)));
    }
    problems_.Error(path, absl::StrCat("covers no tensor: ", InQuotes(pattern), " names ", named->name, ", but no ", Selection(rule)));
  }

  // What a rule covers, patterns apart: "WEIGHT of CONV2D or LINEAR".
  static std::string Selection(const Rule& rule) {
    const std::string tensor = rule.tensor() == Rule::ALL ? "tensor" : Rule::Tensor_Name(rule.tensor());
    return rule.layer_kind().empty() ? tensor : absl::StrCat(tensor, " of ", KindsText(rule));
  }

  void RejectKind(const Rule& rule, const Member& member, const std::string& path) {
    const std::string arm = ChosenArm(rule, "kind");
    problems_.Error(JoinPath(path, arm),
                    absl::StrCat("needs tensors of inputs and outputs, but the rule covers ", member.tensor->name, ", [",
                                 absl::StrJoin(member.tensor->shape, ","), "] of a ", member.layer->kind, "; ",
                                 IsAdded(*member.tensor) ? "write tensor: WEIGHT"
                                                         : "write layer_kind: [CONV2D, LINEAR], or other kinds that have weights"));
  }

  const std::vector<Member> members_;
  std::vector<std::string> names_;
  ConfigProblems problems_;
};

}  // namespace

std::vector<InitialTensor> PlanInitialisation(const InitialisationConfig& config, absl::Span<const InferredLayer> layers) {
  const std::set<const InferredLayer*> zero_gammas = config.zero_gamma() ? ZeroGammas(layers) : std::set<const InferredLayer*>();
  std::vector<InitialTensor> plan;
  for (const Member& member : TrainedTensors(layers)) {
    const bool zero_gamma = member.tensor->role == Role::kScale && zero_gammas.count(member.layer) > 0;
    plan.push_back({member.tensor, DecidingRule(config, *member.layer, *member.tensor), zero_gamma});
  }
  return plan;
}

absl::Status CheckInitialisation(const InitialisationConfig& config, absl::string_view path, absl::Span<const InferredLayer> layers) {
  Check check(layers);
  for (int i = 0; i < config.rule_size(); ++i) check.CheckRule(config.rule(i), JoinPath(path, absl::StrCat("rule[", i, "]")));
  if (config.zero_gamma()) check.CheckZeroGamma(layers, JoinPath(path, "zero_gamma"));
  return check.status();
}

}  // namespace mica
