#include "training/optim/optimizer_validation.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "training/optim/base_learning_rate.h"

namespace mica {
namespace {

// A step changes a 32-bit weight only if it is larger than 2^-25 of it.
constexpr double kLeastChange = 1.0 / (1 << 25);
// Weights are about 0.01 to 1; a rate below this would move only those that are nearly 0.
constexpr double kTinyRate = 1e-12;

// `what` the rate is to the field: "is".
void WarnOfTinyRate(double rate, const char* what, const std::string& path, ConfigProblems* problems) {
  if (!(rate >= std::numeric_limits<float>::min() && rate < kTinyRate)) return;
  problems->Warning(path,
                    absl::StrFormat("%s %s: a step of that size leaves 32-bit weights above %.0e as they are, so little or nothing is "
                                    "learned; usual rates are 1e-5 to 1",
                                    what, FormatNumber(rate), rate / kLeastChange));
}

// Checks that all arms share.
template <typename Config>
void ValidateCommon(const Config& config, const std::string& path, ConfigProblems* problems) {
  const std::string learning_rate = JoinPath(path, "learning_rate");
  if (!config.has_learning_rate()) {
    problems->Error(learning_rate, "is required; it depends on model and data, so there is no default");
  } else {
    RequirePositiveF32(config.learning_rate(), learning_rate, problems);
    WarnOfTinyRate(config.learning_rate(), "is", learning_rate, problems);
  }
  RequireNonNegativeF32(config.weight_decay(), JoinPath(path, "weight_decay"), problems);
}

void ValidateSgd(const SgdConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string momentum = JoinPath(path, "momentum");
  const std::string dampening = JoinPath(path, "dampening");
  const std::string nesterov = JoinPath(path, "nesterov");
  ValidateCommon(config, path, problems);
  RequireBelowOneF32(config.momentum(), momentum, problems);
  problems->Require(config.dampening() >= 0 && config.dampening() <= 1, dampening, "must be in [0, 1]", config.dampening());
  if (config.dampening() > 0 && config.momentum() == 0) problems->Error(dampening, "needs momentum; set momentum or leave dampening out");
  if (config.nesterov() && config.momentum() == 0)
    problems->Error(nesterov, "needs momentum; set momentum (0.9 is usual) or nesterov: false");
  if (config.nesterov() && config.dampening() > 0) problems->Error(nesterov, "allows no dampening; set dampening: 0 or nesterov: false");
}

template <typename Config>
void ValidateAdamLike(const Config& config, const std::string& path, ConfigProblems* problems) {
  ValidateCommon(config, path, problems);
  RequireBelowOneF32(config.beta1(), JoinPath(path, "beta1"), problems);
  RequireBelowOneF32(config.beta2(), JoinPath(path, "beta2"), problems);
  RequirePositiveF32(config.epsilon(), JoinPath(path, "epsilon"), problems);
}

// The decay of a step of AdamW may be too small to change a 32-bit weight.
void WarnOfLostDecay(double rate, double decay, const std::string& path, ConfigProblems* problems) {
  if (!(rate >= kTinyRate && decay >= std::numeric_limits<float>::min()) || static_cast<float>(1 - rate * decay) != 1) return;
  problems->Warning(path,
                    absl::StrFormat("has no effect: a step multiplies the weights by 1 - learning_rate * weight_decay, which is 1 as a "
                                    "32-bit number; raise it above %.1e or write 0 (got %s)",
                                    kLeastChange / rate, FormatNumber(decay)));
}

void ValidateKind(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return ValidateSgd(config.sgd(), JoinPath(path, "sgd"), problems);
    case OptimizerConfig::kAdam:
      return ValidateAdamLike(config.adam(), JoinPath(path, "adam"), problems);
    case OptimizerConfig::kAdamw: {
      const AdamWConfig& adamw = config.adamw();
      ValidateAdamLike(adamw, JoinPath(path, "adamw"), problems);
      return WarnOfLostDecay(adamw.learning_rate(), adamw.weight_decay(), JoinPath(path, "adamw.weight_decay"), problems);
    }
    case OptimizerConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

bool IsGroupName(const std::string& name) {
  return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
         });
}

void ValidateGroupName(const std::string& name, const std::string& path, std::set<std::string>* names, ConfigProblems* problems) {
  if (name.empty()) return problems->Error(path, "is required: it names the group in reports");
  if (!IsGroupName(name)) {
    return problems->Error(path,
                           absl::StrCat("must have letters, digits, \"_\", \"-\" and \".\" alone, at most 64 (got ", InQuotes(name), ")"));
  }
  if (!names->insert(name).second) problems->Error(path, absl::StrCat("is ", InQuotes(name), ", as another group's; names must differ"));
}

void ValidatePatterns(const ParameterGroupConfig& group, const std::string& path, ConfigProblems* problems) {
  if (group.pattern().empty() && !group.rest()) {
    problems->Error(JoinPath(path, "pattern"),
                    "is required: names of parameters, such as \"fc\"; or rest: true for all that no other group has");
  }
  if (!group.pattern().empty() && group.rest()) {
    problems->Error(JoinPath(path, "rest"), "takes all that no other group has, so it needs a group without pattern");
  }
  for (int i = 0; i < group.pattern_size(); ++i) {
    if (group.pattern(i).empty()) {
      problems->Error(absl::StrCat(path, ".pattern[", i, "]"), "is empty; write names of parameters, such as \"fc\", or \"*\" for all");
    }
  }
}

void ValidateFreeze(const ParameterGroupConfig& group, const std::string& path, ConfigProblems* problems) {
  const std::string freeze = JoinPath(path, "freeze");
  if (group.freeze().has_epochs()) {
    problems->Require(group.freeze().epochs() >= 1, JoinPath(freeze, "epochs"), "must be at least 1", group.freeze().epochs());
  }
  if (group.freeze().batch_norms() == FreezeConfig::BATCH_NORMS_UNSPECIFIED) {
    problems->Error(JoinPath(freeze, "batch_norms"), "must be one of FIXED, UPDATED");
  }
  if (group.freeze().has_epochs()) return;
  for (const auto& [is_set, field] :
       {std::pair(group.learning_rate_factor() != 1, "learning_rate_factor"), std::pair(group.has_weight_decay(), "weight_decay")}) {
    if (is_set) problems->Warning(JoinPath(path, field), "has no effect: the group never trains; freeze { epochs: … } would let it");
  }
}

bool IsPositiveF32(double value) {
  return value >= std::numeric_limits<float>::min() && value <= std::numeric_limits<float>::max();
}

void ValidateGroupRate(const OptimizerConfig& config, const ParameterGroupConfig& group, const std::string& path,
                       ConfigProblems* problems) {
  const std::string factor = JoinPath(path, "learning_rate_factor"), decay = JoinPath(path, "weight_decay");
  RequirePositiveF32(group.learning_rate_factor(), factor, problems);
  if (group.has_weight_decay()) RequireNonNegativeF32(group.weight_decay(), decay, problems);
  const double rate = BaseLearningRate(config) * group.learning_rate_factor();
  if (IsPositiveF32(BaseLearningRate(config)) && IsPositiveF32(group.learning_rate_factor()) && !IsPositiveF32(rate)) {
    problems->Error(
        factor, absl::StrFormat("times learning_rate is %s, and a rate must be between %s and %s, as a 32-bit number", FormatNumber(rate),
                                FormatNumber(std::numeric_limits<float>::min()), FormatNumber(std::numeric_limits<float>::max())));
  }
  if (group.learning_rate_factor() < 1 && BaseLearningRate(config) >= kTinyRate)
    WarnOfTinyRate(rate, "times learning_rate is", factor, problems);
  if (config.has_adamw() && group.has_weight_decay()) WarnOfLostDecay(rate, group.weight_decay(), decay, problems);
}

void ValidateGroups(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems) {
  std::set<std::string> names;
  int rests = 0, frozen = 0;
  for (int i = 0; i < config.group_size(); ++i) {
    const ParameterGroupConfig& group = config.group(i);
    const std::string own = absl::StrCat(JoinPath(path, "group"), "[", i, "]");
    ValidateGroupName(group.name(), JoinPath(own, "name"), &names, problems);
    ValidatePatterns(group, own, problems);
    ValidateGroupRate(config, group, own, problems);
    if (group.has_freeze()) ValidateFreeze(group, own, problems);
    if (group.rest() && ++rests == 2) problems->Error(JoinPath(own, "rest"), "is true for another group too; one takes all that is left");
    frozen += group.has_freeze();
  }
  if (frozen > 0 && frozen == config.group_size()) {
    problems->Error(JoinPath(path, "group"), "is frozen, each of them, so nothing would train in the first epoch; take freeze from one");
  }
}

}  // namespace

void ValidateOptimizerConfig(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateKind(config, path, problems);
  ValidateGroups(config, path, problems);
  const double decay = config.layer_decay();
  problems->Require(decay > 0 && decay <= 1, JoinPath(path, "layer_decay"), "must be in (0, 1]", decay);
  if (decay > 0) RequirePositiveF32(decay, JoinPath(path, "layer_decay"), problems);
  if (!config.decay_norms_and_biases() && config.kind_case() != OptimizerConfig::KIND_NOT_SET && BaseWeightDecay(config) == 0) {
    problems->Warning(JoinPath(path, "decay_norms_and_biases"), "has no effect: weight_decay is 0");
  }
}

}  // namespace mica
