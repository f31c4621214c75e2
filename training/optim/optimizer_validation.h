// Checks of the optimizer before anything is built from it.
//   ValidateOptimizerConfig(config, "optimizer", &problems);
#ifndef MICA_TRAINING_OPTIM_OPTIMIZER_VALIDATION_H_
#define MICA_TRAINING_OPTIM_OPTIMIZER_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

void ValidateOptimizerConfig(const OptimizerConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_OPTIMIZER_VALIDATION_H_
