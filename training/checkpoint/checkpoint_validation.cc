#include "training/checkpoint/checkpoint_validation.h"

#include <cstdint>

namespace mica {

void ValidateCheckpointConfig(const CheckpointConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.every_epochs() >= 1, JoinPath(path, "every_epochs"), "must be at least 1", int64_t{config.every_epochs()});
  problems->Require(config.max_failed_saves() >= 1, JoinPath(path, "max_failed_saves"), "must be at least 1",
                    int64_t{config.max_failed_saves()});
  if (config.keep_all() && config.best_only()) problems->Error(JoinPath(path, "best_only"), "contradicts keep_all; set one of the two");
}

}  // namespace mica
