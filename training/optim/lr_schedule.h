// The learning rate over time, a pure function of the optimizer step, so checkpoints need not store
// it. schedule.proto has the formulas.
//   MICA_ASSIGN_OR_RETURN(
//       const LrSchedule schedule,
//       CreateLrSchedule(config, {/*total_steps=*/5625, /*steps_per_epoch=*/1875}));
//   const double learning_rate = base_rate * schedule.Factor(step);
// Torch-free.
#ifndef MICA_TRAINING_OPTIM_LR_SCHEDULE_H_
#define MICA_TRAINING_OPTIM_LR_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "training/optim/schedule.pb.h"

namespace mica {

// Thread-safe.
class LrSchedule {
 public:
  explicit LrSchedule(std::function<double(int64_t)> factor) : factor_(std::move(factor)) {}

  // The learning rate at `step`, divided by the base rate; at least 0. Steps count from 0.
  double Factor(int64_t step) const { return factor_(step); }

 private:
  std::function<double(int64_t)> factor_;
};

struct RunLength {
  int64_t total_steps = 0;
  int64_t steps_per_epoch = 0;
};

// `config` must be valid (ValidateScheduleConfig). A warm-up that is not shorter than the run is a
// config error, exit code 2.
absl::StatusOr<LrSchedule> CreateLrSchedule(const ScheduleConfig& config, const RunLength& run);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_LR_SCHEDULE_H_
