// Checks of the schedule before anything is built from it.
//   ValidateScheduleConfig(config, "schedule", &problems);
#ifndef MICA_TRAINING_OPTIM_SCHEDULE_VALIDATION_H_
#define MICA_TRAINING_OPTIM_SCHEDULE_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "training/optim/schedule.pb.h"

namespace mica {

void ValidateScheduleConfig(const ScheduleConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_SCHEDULE_VALIDATION_H_
