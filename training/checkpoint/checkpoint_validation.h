// Checks the checkpoints' settings before anything is built from them.
//   ValidateCheckpointConfig(config, "checkpoint", &problems);
#ifndef MICA_TRAINING_CHECKPOINT_CHECKPOINT_VALIDATION_H_
#define MICA_TRAINING_CHECKPOINT_CHECKPOINT_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "training/checkpoint/checkpoint.pb.h"

namespace mica {

void ValidateCheckpointConfig(const CheckpointConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_VALIDATION_H_
