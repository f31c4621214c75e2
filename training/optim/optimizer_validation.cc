#include "training/optim/optimizer_validation.h"

#include <limits>
#include <string>

#include "absl/strings/str_format.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"
#include "base/number_format.h"

namespace mica {
namespace {

// A step changes a 32-bit weight only if it is larger than 2^-25 of it.
constexpr double kLeastChange = 1.0 / (1 << 25);
// Weights are about 0.01 to 1; a rate below this would move only those that are nearly 0.
constexpr double kTinyRate = 1e-12;

void WarnOfTinyRate(double rate, const std::string& path, ConfigProblems* problems) {
  if (!(rate >= std::numeric_limits<float>::min() && rate < kTinyRate)) return;
  problems->Warning(path,
                    absl::StrFormat("is %s: a step of that size leaves 32-bit weights above %.0e as they are, so little or nothing is "
                                    "learned; usual rates are 1e-5 to 1",
                                    FormatNumber(rate), rate / kLeastChange));
}

// Checks that all arms share.
template <typename Config>
void ValidateCommon(const Config& config, const std::string& path, ConfigProblems* problems) {
  const std::string learning_rate = JoinPath(path, "learning_rate");
  if (!config.has_learning_rate()) {
    problems->Error(learning_rate, "is required; it depends on model and data, so there is no default");
  } else {
    RequirePositiveF32(config.learning_rate(), learning_rate, problems);
    WarnOfTinyRate(config.learning_rate(), learning_rate, problems);
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

// The decay of a step may be too small to change a 32-bit weight.
void WarnOfLostDecay(const AdamWConfig& config, const std::string& path, ConfigProblems* problems) {
  const double rate = config.learning_rate(), decay = config.weight_decay();
  if (!(rate >= kTinyRate && decay >= std::numeric_limits<float>::min()) || static_cast<float>(1 - rate * decay) != 1) return;
  problems->Warning(JoinPath(path, "weight_decay"),
                    absl::StrFormat("has no effect: a step multiplies the weights by 1 - learning_rate * weight_decay, which is 1 as a "
                                    "32-bit number; raise it above %.1e or write 0 (got %s)",
                                    kLeastChange / rate, FormatNumber(decay)));
}

}  // namespace

void ValidateOptimizerConfig(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return ValidateSgd(config.sgd(), JoinPath(path, "sgd"), problems);
    case OptimizerConfig::kAdam:
      return ValidateAdamLike(config.adam(), JoinPath(path, "adam"), problems);
    case OptimizerConfig::kAdamw:
      ValidateAdamLike(config.adamw(), JoinPath(path, "adamw"), problems);
      return WarnOfLostDecay(config.adamw(), JoinPath(path, "adamw"), problems);
    case OptimizerConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
