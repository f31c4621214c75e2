// Observers of training: the progress line, metrics.csv, checkpoints. The loop calls them in the
// order in which it got them.
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
  double epoch_loss = 0;         // of this epoch so far, mean over samples
  double epoch_accuracy = 0;     // the same
  double grad_norm = 0;          // before clipping
  double images_per_second = 0;  // of this epoch so far
  double device_memory_mib = 0;  // that the process holds of its GPU; 0 without one
};

// A split after an epoch.
struct EvaluatedSplit {
  Split split = Split::kValidation;
  PredictionTable predictions{0};
};

// After an epoch and its evaluations. Also after the last step of a run that max_steps ends within
// an epoch.
struct EpochReport {
  EpochRow row;
  absl::Span<const EvaluatedSplit> evaluations;  // valid during the call
  StepReport last_step;
  TrainState state;      // with the best epoch so far
  bool is_best = false;  // so far, on the split that selects
  bool is_last = false;  // of the run
};

// The run ends early, after a finished step.
struct StopReport {
  StepReport last_step;
  TrainState state;
};

// A step whose loss or gradient is NaN or infinite. The weights are those before the step.
struct NonFiniteStep {
  StepReport step;
  std::vector<int64_t> record_ids;  // of its batch
};

// If a function returns an error, training ends with that error.
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
