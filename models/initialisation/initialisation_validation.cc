#include "models/initialisation/initialisation_validation.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr double kMaxValue = 1e6;
constexpr double kMaxFactor = 100;  // of a standard deviation, a gain, a slope
constexpr double kLeastMass = 1e-3;

void RequireSize(bool is_set, double value, absl::string_view path, ConfigProblems* problems) {
  if (!is_set) return problems->Error(path, "is required");
  problems->Require(std::abs(value) <= kMaxValue, path, "must be -1e6 to 1e6", value);
}

void RequireFactor(double value, absl::string_view path, ConfigProblems* problems) {
  problems->Require(value >= 0 && value <= kMaxFactor, path, "must be 0 to 100", value);
}

void RequirePositiveFactor(double value, absl::string_view path, ConfigProblems* problems) {
  const bool holds = value > 0 && value <= kMaxFactor;
  problems->Require(holds, path, "must be above 0, at most 100", value);
  if (holds) RequirePositiveF32(value, path, problems);
}

// Whether both bounds are usable, so that more can be said of what lies between.
template <typename Bounded>
bool RequireBounds(const Bounded& config, bool are_set, const std::string& path, ConfigProblems* problems) {
  RequireSize(are_set || config.has_low(), config.low(), JoinPath(path, "low"), problems);
  RequireSize(are_set || config.has_high(), config.high(), JoinPath(path, "high"), problems);
  if (!(std::abs(config.low()) <= kMaxValue && std::abs(config.high()) <= kMaxValue)) return false;
  if (!are_set && !(config.has_low() && config.has_high())) return false;
  const bool in_order = static_cast<float>(config.high()) > static_cast<float>(config.low());
  problems->Require(in_order, JoinPath(path, "high"),
                    absl::StrCat("must be above low, ", FormatNumber(config.low()), ", as a 32-bit number"), config.high());
  return in_order;
}

void Validate(const KaimingConfig& config, const std::string& path, ConfigProblems* problems) {
  if (config.fan() == KaimingConfig::FAN_UNSPECIFIED) problems->Error(JoinPath(path, "fan"), "must be FAN_IN or FAN_OUT");
  RequireFactor(config.negative_slope(), JoinPath(path, "negative_slope"), problems);
}

void Validate(const XavierConfig& config, const std::string& path, ConfigProblems* problems) {
  RequirePositiveFactor(config.gain(), JoinPath(path, "gain"), problems);
}

void Validate(const NormalConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireSize(/*is_set=*/true, config.mean(), JoinPath(path, "mean"), problems);
  if (!config.has_std()) return problems->Error(JoinPath(path, "std"), "is required: the standard deviation");
  RequireFactor(config.std(), JoinPath(path, "std"), problems);
}

void Validate(const UniformConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireBounds(config, /*are_set=*/false, path, problems);
}

double NormalDistribution(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

void Validate(const TruncatedNormalConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireSize(/*is_set=*/true, config.mean(), JoinPath(path, "mean"), problems);
  const bool bounded = RequireBounds(config, /*are_set=*/true, path, problems);
  if (!config.has_std()) return problems->Error(JoinPath(path, "std"), "is required: the standard deviation");
  RequirePositiveFactor(config.std(), JoinPath(path, "std"), problems);
  if (!bounded || !(config.std() > 0 && std::abs(config.mean()) <= kMaxValue)) return;
  const double mass = NormalDistribution((config.high() - config.mean()) / config.std()) -
                      NormalDistribution((config.low() - config.mean()) / config.std());
  if (mass >= kLeastMass) return;
  problems->Error(path,
                  absl::StrCat("has less than a thousandth of the distribution between low, ", FormatNumber(config.low()), ", and high, ",
                               FormatNumber(config.high()), "; they are bounds of the values themselves, not multiples of std"));
}

void Validate(const OrthogonalConfig& config, const std::string& path, ConfigProblems* problems) {
  RequirePositiveFactor(config.gain(), JoinPath(path, "gain"), problems);
}

void Validate(const ConstantConfig& config, const std::string& path, ConfigProblems* problems) {
  RequireSize(config.has_value(), config.value(), JoinPath(path, "value"), problems);
}

void ValidateKind(const InitialisationRuleConfig& rule, const std::string& path, ConfigProblems* problems) {
  const std::string arm = JoinPath(path, ChosenArm(rule, "kind"));
  switch (rule.kind_case()) {
    case InitialisationRuleConfig::kKaimingNormal:
      return Validate(rule.kaiming_normal(), arm, problems);
    case InitialisationRuleConfig::kKaimingUniform:
      return Validate(rule.kaiming_uniform(), arm, problems);
    case InitialisationRuleConfig::kXavierNormal:
      return Validate(rule.xavier_normal(), arm, problems);
    case InitialisationRuleConfig::kXavierUniform:
      return Validate(rule.xavier_uniform(), arm, problems);
    case InitialisationRuleConfig::kNormal:
      return Validate(rule.normal(), arm, problems);
    case InitialisationRuleConfig::kUniform:
      return Validate(rule.uniform(), arm, problems);
    case InitialisationRuleConfig::kTruncatedNormal:
      return Validate(rule.truncated_normal(), arm, problems);
    case InitialisationRuleConfig::kOrthogonal:
      return Validate(rule.orthogonal(), arm, problems);
    case InitialisationRuleConfig::kConstant:
      return Validate(rule.constant(), arm, problems);
    case InitialisationRuleConfig::KIND_NOT_SET:
      return RequireOneof(rule, "kind", path, problems);
  }
}

void ValidateRule(const InitialisationRuleConfig& rule, const std::string& path, ConfigProblems* problems) {
  for (int i = 0; i < rule.pattern_size(); ++i) {
    if (rule.pattern(i).empty()) {
      problems->Error(JoinPath(path, absl::StrCat("pattern[", i, "]")), "is empty; write a name, its beginning or a pattern: \"*.bias\"");
    }
  }
  for (int i = 0; i < rule.layer_kind_size(); ++i) {
    if (rule.layer_kind(i) != InitialisationRuleConfig::LAYER_KIND_UNSPECIFIED) continue;
    problems->Error(JoinPath(path, absl::StrCat("layer_kind[", i, "]")), "must be a kind of layer; leave it out to cover all");
  }
  if (rule.tensor() == InitialisationRuleConfig::TENSOR_UNSPECIFIED) {
    problems->Error(JoinPath(path, "tensor"), "must be WEIGHT, BIAS or ALL");
  }
  ValidateKind(rule, path, problems);
}

}  // namespace

void ValidateInitialisationConfig(const InitialisationConfig& config, absl::string_view path, ConfigProblems* problems) {
  for (int i = 0; i < config.rule_size(); ++i) ValidateRule(config.rule(i), JoinPath(path, absl::StrCat("rule[", i, "]")), problems);
}

}  // namespace mica
