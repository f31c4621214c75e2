// Checks the trainer's settings before anything is built from them.
//   ValidateTrainerConfig(config, "trainer", &problems);
#ifndef MICA_TRAINING_LOOP_TRAINER_VALIDATION_H_
#define MICA_TRAINING_LOOP_TRAINER_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "training/loop/trainer.pb.h"

namespace mica {

void ValidateTrainerConfig(const TrainerConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAINER_VALIDATION_H_
