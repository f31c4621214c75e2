// Checks the loss before anything is built from it.
//   ValidateLossConfig(config, "loss", &problems);
#ifndef MICA_TRAINING_LOSS_LOSS_VALIDATION_H_
#define MICA_TRAINING_LOSS_LOSS_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "training/loss/loss.pb.h"

namespace mica {

void ValidateLossConfig(const LossConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_TRAINING_LOSS_LOSS_VALIDATION_H_
