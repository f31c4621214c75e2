// The training loop.
//   MICA_ASSIGN_OR_RETURN(const TrainOutcome outcome, Train(parts, options));
// It composes the parts it is given and knows no concrete model, data set, optimizer or file;
// experiments/runner creates those.
#ifndef MICA_TRAINING_LOOP_TRAIN_H_
#define MICA_TRAINING_LOOP_TRAIN_H_

#include <c10/core/Device.h>

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/torch/named_tensor.h"
#include "data/loader/batch_source.h"
#include "eval/evaluator/evaluation.pb.h"
#include "eval/metrics/prediction_table.h"
#include "models/classifier.h"
#include "training/loop/train_observer.h"
#include "training/loop/train_state.h"
#include "training/loss/loss_term.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer.h"
#include "training/optim/parameter_groups.h"

namespace mica {

// An evaluation after each epoch.
struct SplitEvaluation {
  Split split = Split::kValidation;
  // Its best epoch is the run's. At most one evaluation selects, and never one of the test split.
  bool selects = false;
  std::function<absl::StatusOr<PredictionTable>()> run;
};

// What the loop works with. Everything is borrowed for the call.
struct TrainParts {
  Classifier& model;                  // on `device`
  FlatParameters& parameters;         // of the model
  BatchSource& batches;               // of the training split
  std::vector<LossTerm*> loss_terms;  // their sum is minimised
  Optimizer& optimizer;
  const LrSchedule& schedule;
  std::vector<SplitEvaluation> evaluations;
  std::vector<TrainObserver*> observers;
  std::function<bool()> stop_requested;                // asked after each step
  std::vector<FixedBatchNorm> fixed_batch_norms = {};  // of the plan that `parameters` follow
};

struct TrainOptions {
  int64_t epochs = 1;
  std::optional<int64_t> max_steps;
  uint64_t seed = 0;
  double base_learning_rate = 0;
  std::optional<double> clip_gradient_norm;
  std::optional<int64_t> patience_epochs;  // ends after so many in a row without a new best
  EvaluationConfig::SelectionMetric select_by = EvaluationConfig::VAL_ACCURACY;
  std::vector<std::string> extra_metrics;  // of each evaluation, beyond MetricNames()
  c10::Device device = c10::kCPU;
};

// The steps of a run: epochs times batches, at most max_steps.
RunLength LengthOfRun(const TrainOptions& options, const BatchSource& batches);

enum class StopReason {
  kEpochsDone,
  kMaxSteps,
  kNoImprovement,
  kStopRequested,  // an unfinished epoch has no row
};

struct TrainOutcome {
  TrainState state;
  StopReason reason = StopReason::kEpochsDone;
  // Epochs finished, including one that max_steps cut short.
  int64_t epochs = 0;

  // Of state.best. Empty if there is none, or if it is older than this call.
  std::vector<NamedTensor> best_weights;
  double train_seconds = 0;  // of this call, without evaluation and observers
  double eval_seconds = 0;
};

// Trains from `state` on, which must belong to the present weights and optimizer state. Ends when
// the epochs or max_steps are done, after patience_epochs, when stop_requested returns true, when
// an observer or a source fails, or when a step is not finite (exit code 6).
absl::StatusOr<TrainOutcome> Train(const TrainParts& parts, const TrainOptions& options, TrainState state = {});

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_H_
