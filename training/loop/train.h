// The training loop.
//   MICA_ASSIGN_OR_RETURN(const TrainOutcome outcome, Train(parts, options));
// It composes what it is given and knows no concrete model, data set, optimizer or file: experiments/runner
// wires those.
#ifndef MICA_TRAINING_LOOP_TRAIN_H_
#define MICA_TRAINING_LOOP_TRAIN_H_

#include <c10/core/Device.h>

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/named_tensor.h"
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

namespace mica {

// An evaluation after each epoch.
struct SplitEvaluation {
  Split split = Split::kValidation;
  bool selects = false;  // the best epoch; at most one evaluation does, and never one of the test split
  std::function<absl::StatusOr<PredictionTable>()> run;
};

// What the loop works with; everything is borrowed for the call.
struct TrainParts {
  Classifier& model;                  // on `device`
  FlatParameters& parameters;         // of the model
  BatchSource& batches;               // of the training split
  std::vector<LossTerm*> loss_terms;  // their sum is minimised
  Optimizer& optimizer;
  const LrSchedule& schedule;
  std::vector<SplitEvaluation> evaluations;
  std::vector<TrainObserver*> observers;
  std::function<bool()> stop_requested;  // asked after each step
};

struct TrainOptions {
  int64_t epochs = 1;
  std::optional<int64_t> max_steps;
  uint64_t seed = 0;
  double base_learning_rate = 0;
  std::optional<double> clip_gradient_norm;
  EvaluationConfig::SelectionMetric select_by = EvaluationConfig::VAL_ACCURACY;
  c10::Device device = c10::kCPU;
};

// Steps of a run: epochs times batches, at most max_steps.
RunLength LengthOfRun(const TrainOptions& options, const BatchSource& batches);

enum class StopReason {
  kEpochsDone,
  kMaxSteps,
  kStopRequested,  // an epoch that was not finished has no row
};

struct TrainOutcome {
  TrainState state;
  StopReason reason = StopReason::kEpochsDone;
  int64_t epochs = 0;                     // finished, the one that max_steps cut short included
  std::vector<NamedTensor> best_weights;  // of state.best; empty where that is none, or older than this call
  double train_seconds = 0;               // of this call, without evaluation and observers
  double eval_seconds = 0;
};

// Trains from `state` on, which belongs to the weights and the optimizer's state that are there, until the
// epochs or max_steps are done, stop_requested says so, an observer or a source fails, or a step is not
// finite (exit code 6).
absl::StatusOr<TrainOutcome> Train(const TrainParts& parts, const TrainOptions& options, TrainState state = {});

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_H_
