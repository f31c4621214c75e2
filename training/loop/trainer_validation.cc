#include "training/loop/trainer_validation.h"

#include <cstdint>
#include <string>

#include "base/config/f32_rules.h"

namespace mica {
namespace {

constexpr int kMaxEpochs = (1 << 24) - 1;  // keys of random numbers hold 24 bits of it (base/rng.h)
constexpr int kMaxThreads = 256;           // starting more takes many seconds, 1000 half a minute

void ValidateEarlyStop(const EarlyStopConfig& config, const std::string& patience, ConfigProblems* problems) {
  if (!config.has_patience_epochs()) {
    problems->Error(patience, "is required: epochs in a row without a new best, for example 5");
  } else {
    problems->Require(config.patience_epochs() >= 1, patience, "must be at least 1", int64_t{config.patience_epochs()});
  }
}

}  // namespace

void ValidateTrainerConfig(const TrainerConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string epochs = JoinPath(path, "epochs");
  if (!config.has_epochs()) {
    problems->Error(epochs, "is required");
  } else {
    problems->Require(config.epochs() >= 1 && config.epochs() <= kMaxEpochs, epochs, "must be 1 to 16777215", int64_t{config.epochs()});
  }
  if (config.has_max_steps()) {
    problems->Require(config.max_steps() >= 1, JoinPath(path, "max_steps"), "must be at least 1", int64_t{config.max_steps()});
  }
  problems->Require(config.cpu_threads() >= 0 && config.cpu_threads() <= kMaxThreads, JoinPath(path, "cpu_threads"), "must be 0 to 256",
                    int64_t{config.cpu_threads()});
  if (config.has_early_stop()) ValidateEarlyStop(config.early_stop(), JoinPath(path, "early_stop.patience_epochs"), problems);
  if (config.has_clip_gradient_norm()) RequirePositiveF32(config.clip_gradient_norm(), JoinPath(path, "clip_gradient_norm"), problems);
}

}  // namespace mica
