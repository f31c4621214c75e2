// Whoever wants to know what training does: the progress line, metrics.csv, checkpoints. The loop calls every observer in the order given.
#ifndef MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_
#define MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "eval/report/run_folder.h"

namespace mica {

// After an optimizer step.
struct StepReport {
  int64_t epoch = 0;          // from 1
  int64_t epochs = 0;         // of the run
  int64_t step = 0;           // steps done in the run
  int64_t total_steps = 0;    // of the run
  int64_t step_in_epoch = 0;  // steps done in this epoch
  int64_t steps_per_epoch = 0;
  int64_t samples_seen = 0;  // in the run
  double learning_rate = 0;
  double loss = 0;               // of this batch
  double grad_norm = 0;          // before clipping
  double images_per_second = 0;  // of this epoch so far
};

// After an epoch and its evaluations, or after the last step of a run that max_steps ends within an epoch.
struct EpochReport {
  EpochRow row;
  StepReport last_step;
  bool is_best = false;               // on the validation split, so far
  std::optional<int64_t> best_epoch;  // so far; none without a validation split
  double best_metric = 0;             // what the metric that selects was in that epoch
  bool is_last = false;               // of the run
};

// A step whose loss or gradient is NaN or infinite; the weights are still those before it.
struct NonFiniteStep {
  StepReport step;
  std::vector<int64_t> record_ids;  // of its batch
};

// An error ends the training with that error.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual absl::Status OnStep(const StepReport&) { return absl::OkStatus(); }
  virtual absl::Status OnEpoch(const EpochReport&) { return absl::OkStatus(); }

  // A signal asked to stop; the step before is finished.
  virtual absl::Status OnStop(const StepReport&) { return absl::OkStatus(); }
  virtual absl::Status OnNonFinite(const NonFiniteStep&) { return absl::OkStatus(); }
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_
