// The learning rate over time, a pure function of the optimizer step and of the losses of the epochs
// before it, so checkpoints need not store it. schedule.proto has the formulas.
//   MICA_ASSIGN_OR_RETURN(
//       const LrSchedule schedule,
//       CreateLrSchedule(config, {/*total_steps=*/5625, /*steps_per_epoch=*/1875}));
//   const double learning_rate = base_rate * schedule.Factor(step, losses);
// Torch-free.
#ifndef MICA_TRAINING_OPTIM_LR_SCHEDULE_H_
#define MICA_TRAINING_OPTIM_LR_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "training/optim/schedule.pb.h"

namespace mica {

// Mean losses of an epoch that is over.
struct EpochLosses {
  double train = 0;
  double validation = 0;  // NaN if it was not evaluated
};

// Thread-safe.
class LrSchedule {
 public:
  using OfLosses = std::function<double(int64_t step, absl::Span<const EpochLosses>)>;

  explicit LrSchedule(std::function<double(int64_t)> factor)
      : factor_([factor = std::move(factor)](int64_t step, absl::Span<const EpochLosses>) { return factor(step); }) {}

  // One that reads losses.
  explicit LrSchedule(OfLosses factor) : factor_(std::move(factor)), reads_losses_(true) {}

  // The learning rate at `step`, divided by the base rate; at least 0. Steps count from 0. `losses`
  // are those of all epochs before the step's; without them it is as if no loss had ever called for
  // a change.
  double Factor(int64_t step, absl::Span<const EpochLosses> losses = {}) const { return factor_(step, losses); }

  bool reads_losses() const { return reads_losses_; }

 private:
  OfLosses factor_;
  bool reads_losses_ = false;
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
