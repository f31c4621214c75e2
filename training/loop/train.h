// The training loop.
//   MICA_ASSIGN_OR_RETURN(TrainOutcome outcome, Train(parts, options));
// It composes what it is given and knows no concrete model, data set, optimizer or file: experiments/runner wires those.
#ifndef MICA_TRAINING_LOOP_TRAIN_H_
#define MICA_TRAINING_LOOP_TRAIN_H_

#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "data/loader/batch_source.h"
#include "eval/evaluator/evaluation.pb.h"
#include "eval/metrics/metric_set.h"
#include "models/classifier.h"
#include "models/weights.h"
#include "training/loop/best_epoch.h"
#include "training/loop/loss_term.h"
#include "training/loop/train_observer.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer.h"

namespace mica {

// What the loop works with; everything is borrowed for the call.
struct TrainParts {
  Classifier& model;                  // on `device`
  FlatParameters& parameters;         // of the model
  BatchSource& batches;               // of the training split
  std::vector<LossTerm*> loss_terms;  // their sum is minimised
  Optimizer& optimizer;
  const LrSchedule& schedule;
  std::function<absl::StatusOr<MetricSet>()> evaluate_validation;  // after each epoch; empty: there is no validation split
  std::function<absl::StatusOr<MetricSet>()> evaluate_test;        // after each epoch; empty: the test split is not looked at
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

struct TrainOutcome {
  bool stopped = false;  // by stop_requested; an epoch that was not finished has no row
  int64_t epochs = 0;    // finished, the one that max_steps cut short included
  int64_t steps = 0;
  std::optional<EpochRow> best;           // with a validation split
  std::vector<NamedTensor> best_weights;  // empty without one
  double train_seconds = 0;               // without evaluation and observers
  double eval_seconds = 0;
};

// Trains until the epochs or max_steps are done, stop_requested says so, an observer fails, or a step is not finite (exit code 6).
absl::StatusOr<TrainOutcome> Train(const TrainParts& parts, const TrainOptions& options);

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_H_
