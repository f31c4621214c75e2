#include "training/optim/optimizer_validation.h"

#include <limits>
#include <string>

#include "base/config/required_oneof.h"

namespace mica {
namespace {

// Finite as a 32-bit number, as weights and steps are.
bool IsFinite(double value) {
  return value <= std::numeric_limits<float>::max() && value >= std::numeric_limits<float>::lowest();
}

// Checks that all arms share.
template <typename Config>
void ValidateCommon(const Config& config, const std::string& path, ConfigProblems* problems) {
  const std::string learning_rate = JoinPath(path, "learning_rate");
  const std::string weight_decay = JoinPath(path, "weight_decay");
  if (!config.has_learning_rate()) {
    problems->Error(learning_rate, "is required; it depends on model and data, so there is no default");
  } else {
    problems->Require(config.learning_rate() > 0 && IsFinite(config.learning_rate()), learning_rate, "must be finite and > 0",
                      config.learning_rate());
  }
  problems->Require(config.weight_decay() >= 0 && IsFinite(config.weight_decay()), weight_decay, "must be finite and >= 0",
                    config.weight_decay());
}

void ValidateSgd(const SgdConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string momentum = JoinPath(path, "momentum");
  const std::string dampening = JoinPath(path, "dampening");
  const std::string nesterov = JoinPath(path, "nesterov");
  ValidateCommon(config, path, problems);
  problems->Require(config.momentum() >= 0 && config.momentum() < 1, momentum, "must be in [0, 1)", config.momentum());
  problems->Require(config.dampening() >= 0 && config.dampening() <= 1, dampening, "must be in [0, 1]", config.dampening());
  if (config.dampening() > 0 && config.momentum() == 0) problems->Error(dampening, "needs momentum; set momentum or leave dampening out");
  if (config.nesterov() && config.momentum() == 0)
    problems->Error(nesterov, "needs momentum; set momentum (0.9 is usual) or nesterov: false");
  if (config.nesterov() && config.dampening() > 0) problems->Error(nesterov, "allows no dampening; set dampening: 0 or nesterov: false");
}

template <typename Config>
void ValidateAdamLike(const Config& config, const std::string& path, ConfigProblems* problems) {
  ValidateCommon(config, path, problems);
  problems->Require(config.beta1() >= 0 && config.beta1() < 1, JoinPath(path, "beta1"), "must be in [0, 1)", config.beta1());
  problems->Require(config.beta2() >= 0 && config.beta2() < 1, JoinPath(path, "beta2"), "must be in [0, 1)", config.beta2());
  problems->Require(config.epsilon() > 0 && IsFinite(config.epsilon()), JoinPath(path, "epsilon"), "must be finite and > 0",
                    config.epsilon());
}

}  // namespace

void ValidateOptimizerConfig(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return ValidateSgd(config.sgd(), JoinPath(path, "sgd"), problems);
    case OptimizerConfig::kAdam:
      return ValidateAdamLike(config.adam(), JoinPath(path, "adam"), problems);
    case OptimizerConfig::kAdamw:
      return ValidateAdamLike(config.adamw(), JoinPath(path, "adamw"), problems);
    case OptimizerConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
