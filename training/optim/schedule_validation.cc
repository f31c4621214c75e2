#include "training/optim/schedule_validation.h"

#include <cstdint>
#include <string>

#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

void RequireSteps(int64_t steps, const std::string& path, ConfigProblems* problems) {
  problems->Require(steps >= 1, path, "must be at least 1", steps);
}

// The upper limit is that of trainer.epochs; beyond it the number of steps would overflow.
void RequireEpochs(double epochs, const std::string& path, ConfigProblems* problems) {
  problems->Require(epochs > 0 && epochs < (1 << 24), path, "must be > 0 and below 16777216", epochs);
}

void RequireFraction(double fraction, const std::string& path, ConfigProblems* problems) {
  problems->Require(fraction >= 0 && fraction <= 1, path, "must be in [0, 1]", fraction);
}

template <typename Config>
void ValidateEvery(const Config& config, const std::string& path, ConfigProblems* problems) {
  RequireOneof(config, "every", path, problems);
  if (config.has_every_steps()) RequireSteps(config.every_steps(), JoinPath(path, "every_steps"), problems);
  if (config.has_every_epochs()) RequireEpochs(config.every_epochs(), JoinPath(path, "every_epochs"), problems);
}

template <typename Config>
void ValidateLength(const Config& config, const std::string& path, ConfigProblems* problems) {
  if (config.has_length_steps()) RequireSteps(config.length_steps(), JoinPath(path, "length_steps"), problems);
  if (config.has_length_epochs()) RequireEpochs(config.length_epochs(), JoinPath(path, "length_epochs"), problems);
}

void ValidateGamma(double gamma, const std::string& path, ConfigProblems* problems) {
  if (!(gamma > 0 && gamma <= 1)) return problems->Require(false, path, "must be in (0, 1]", gamma);
  RequirePositiveF32(gamma, path, problems);  // else the rate is 0 after a period
  if (gamma == 1) problems->Warning(path, "is 1, so the learning rate never changes; constant {} says so");
}

void ValidateStep(const StepScheduleConfig& config, const std::string& path, ConfigProblems* problems) {
  ValidateEvery(config, path, problems);
  ValidateGamma(config.gamma(), JoinPath(path, "gamma"), problems);
}

void ValidateCosine(const CosineScheduleConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string floor = JoinPath(path, "floor_fraction");
  ValidateLength(config, path, problems);
  RequireFraction(config.floor_fraction(), floor, problems);
  if (config.floor_fraction() == 1) problems->Warning(floor, "is 1, so the learning rate never changes; constant {} says so");
}

void ValidateLinear(const LinearScheduleConfig& config, const std::string& path, ConfigProblems* problems) {
  ValidateLength(config, path, problems);
  RequireFraction(config.start_fraction(), JoinPath(path, "start_fraction"), problems);
  RequireFraction(config.end_fraction(), JoinPath(path, "end_fraction"), problems);
  if (config.start_fraction() != config.end_fraction()) return;
  problems->Warning(JoinPath(path, "end_fraction"), config.end_fraction() == 0
                                                        ? "is 0 and so is start_fraction: the learning rate is 0 and nothing is learned"
                                                        : "equals start_fraction, so the learning rate never changes");
}

void ValidateExponential(const ExponentialScheduleConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string gamma = JoinPath(path, "gamma");
  ValidateEvery(config, path, problems);
  if (!config.has_gamma()) return problems->Error(gamma, "is required: the factor after each period, in (0, 1]");
  ValidateGamma(config.gamma(), gamma, problems);
}

// Of a schedule that reads losses.
void RequireDecay(double gamma, const std::string& path, ConfigProblems* problems) {
  if (!(gamma > 0 && gamma < 1)) return problems->Require(false, path, "must be in (0, 1)", gamma);
  RequirePositiveF32(gamma, path, problems);
}

void ValidatePlateau(const PlateauScheduleConfig& config, const std::string& path, ConfigProblems* problems) {
  const std::string floor = JoinPath(path, "floor_fraction");
  RequireDecay(config.gamma(), JoinPath(path, "gamma"), problems);
  problems->Require(config.patience_epochs() >= 0, JoinPath(path, "patience_epochs"), "must be 0 or more", config.patience_epochs());
  RequireFraction(config.floor_fraction(), floor, problems);
  if (config.floor_fraction() == 1) problems->Warning(floor, "is 1, so the learning rate never changes; constant {} says so");
  if (config.watch() == PlateauScheduleConfig::WATCH_UNSPECIFIED) {
    problems->Error(JoinPath(path, "watch"), "must be one of TRAIN_LOSS, VAL_LOSS");
  }
}

void ValidateKind(const ScheduleConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case ScheduleConfig::kConstant:
      return;
    case ScheduleConfig::kStep:
      return ValidateStep(config.step(), JoinPath(path, "step"), problems);
    case ScheduleConfig::kCosine:
      return ValidateCosine(config.cosine(), JoinPath(path, "cosine"), problems);
    case ScheduleConfig::kLinear:
      return ValidateLinear(config.linear(), JoinPath(path, "linear"), problems);
    case ScheduleConfig::kExponential:
      return ValidateExponential(config.exponential(), JoinPath(path, "exponential"), problems);
    case ScheduleConfig::kDecayOnRise:
      return RequireDecay(config.decay_on_rise().gamma(), JoinPath(path, "decay_on_rise.gamma"), problems);
    case ScheduleConfig::kPlateau:
      return ValidatePlateau(config.plateau(), JoinPath(path, "plateau"), problems);
    case ScheduleConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace

void ValidateScheduleConfig(const ScheduleConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateKind(config, path, problems);
  if (!config.has_warmup()) return;
  const std::string warmup = JoinPath(path, "warmup");
  RequireOneof(config.warmup(), "length", warmup, problems);
  if (config.warmup().has_steps()) RequireSteps(config.warmup().steps(), JoinPath(warmup, "steps"), problems);
  if (config.warmup().has_epochs()) RequireEpochs(config.warmup().epochs(), JoinPath(warmup, "epochs"), problems);
}

}  // namespace mica
