// Whoever wants to know what training does: the progress line, metrics.csv, checkpoints. The loop calls
// every observer in the order given.
#ifndef MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_
#define MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"
#include "training/loop/epoch_row.h"
#include "training/loop/train_state.h"

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

// A split after an epoch.
struct EvaluatedSplit {
  Split split = Split::kValidation;
  PredictionTable predictions{0};
};

// After an epoch and its evaluations, or after the last step of a run that max_steps ends within an epoch.
struct EpochReport {
  EpochRow row;
  absl::Span<const EvaluatedSplit> evaluations;  // during the call
  StepReport last_step;
  TrainState state;      // with the best epoch so far
  bool is_best = false;  // of the split that selects, so far
  bool is_last = false;  // of the run
};

// The run ends before its time; the step before is finished.
struct StopReport {
  StepReport last_step;
  TrainState state;
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
  virtual absl::Status OnStop(const StopReport&) { return absl::OkStatus(); }
  virtual absl::Status OnNonFinite(const NonFiniteStep&) { return absl::OkStatus(); }
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_OBSERVER_H_
