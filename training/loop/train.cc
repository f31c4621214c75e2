#include "training/loop/train.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/peak_memory.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "eval/metrics/metric_set.h"
#include "models/weights/weights.h"
#include "training/loop/device_memory.h"
#include "training/loop/run_length.h"
#include "training/loop/train_step.h"

namespace mica {
namespace {

// Adds up the seconds between its starts and stops.
class Stopwatch {
 public:
  void Start() { started_ = std::chrono::steady_clock::now(); }
  void Stop() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }
  double seconds() const { return seconds_; }

 private:
  std::chrono::steady_clock::time_point started_;
  double seconds_ = 0;
};

void BeginEpoch(size_t scalars, TrainState* state) {
  ++state->epoch;
  state->step_in_epoch = 0;
  state->sums = RunningSums();
  state->sums.scalars.resize(scalars);
}

void AddStep(const StepResult& step, int64_t batch_size, TrainState* state) {
  ++state->step;
  ++state->step_in_epoch;
  state->samples_seen += batch_size;
  RunningSums& sums = state->sums;
  sums.loss += step.loss * static_cast<double>(batch_size);
  sums.grad_norm += step.grad_norm;
  CHECK_EQ(step.scalars.size(), sums.scalars.size()) << "a term tells what its ScalarNames() say";
  for (size_t i = 0; i < sums.scalars.size(); ++i) sums.scalars[i] += step.scalars[i];
  sums.correct += step.correct;
  sums.samples += batch_size;
  ++sums.steps;
}

// Parameters and batch norms are frozen for whole epochs.
void FreezeForEpoch(const TrainParts& parts, int64_t step) {
  parts.parameters.FreezeForStep(step);
  if (parts.fixed_batch_norms.empty()) return;
  std::vector<std::string> layers;
  for (const FixedBatchNorm& norm : parts.fixed_batch_norms) {
    if (step < norm.until_step) layers.push_back(norm.layer);
  }
  parts.model.FixBatchNorms(layers);
}

absl::Status StartEpoch(BatchSource& batches, const TrainState& state) {
  absl::Status status;
  MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("start of epoch ", state.epoch),
                                  [&] { status = batches.StartEpoch(state.epoch, /*first_batch=*/state.step_in_epoch); }));
  return status;
}

absl::Status ReadBatch(BatchSource& batches, const TrainState& state, Batch* batch) {
  absl::StatusOr<bool> there_is_one = false;
  MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("batch of step ", state.step + 1), [&] { there_is_one = batches.Next(batch); }));
  MICA_RETURN_IF_ERROR(there_is_one.status());
  if (*there_is_one) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("epoch ", state.epoch, " ended after ", state.step_in_epoch, " of ", batches.batches_per_epoch(), " batches"));
}

StepReport ReportOfStep(const TrainOptions& options, const RunLength& run, const TrainState& state, const StepResult& result,
                        double learning_rate) {
  StepReport report;
  report.epoch = state.epoch;
  report.epochs = options.epochs;
  report.step = state.step;
  report.total_steps = run.total_steps;
  report.step_in_epoch = state.step_in_epoch;
  report.steps_per_epoch = run.steps_per_epoch;
  report.samples_seen = state.samples_seen;
  report.learning_rate = learning_rate;
  report.loss = result.loss;
  report.epoch_loss = state.sums.loss / static_cast<double>(state.sums.samples);
  report.epoch_accuracy = static_cast<double>(state.sums.correct) / static_cast<double>(state.sums.samples);
  report.grad_norm = result.grad_norm;
  return report;
}

absl::Status StopAtNonFinite(const TrainParts& parts, const StepReport& step, const Batch& batch) {
  const auto* ids = batch.ids.const_data_ptr<int64_t>();
  const NonFiniteStep report{step, std::vector<int64_t>(ids, ids + batch.size())};
  std::string unreported;  // an observer's failure must not hide the NaN
  for (TrainObserver* observer : parts.observers) {
    if (const absl::Status status = observer->OnNonFinite(report); !status.ok()) absl::StrAppend(&unreported, "\n", status.message());
  }
  return NonFiniteError(
      absl::StrCat("step ", step.step, " (epoch ", step.epoch, "): loss ", FormatNumber(step.loss), ", gradient norm ",
                   FormatNumber(step.grad_norm), " at learning rate ", FormatNumber(step.learning_rate),
                   "; training cannot recover from that, so it stops before the weights change. Lower the learning rate, or "
                   "set trainer { clip_gradient_norm: 1 }; nan_report.textproto names the samples of the batch",
                   unreported));
}

absl::Status TellOfStop(const TrainParts& parts, const StepReport& last_step, const TrainState& state) {
  for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnStop({last_step, state}));
  return absl::OkStatus();
}

// The part of an epoch's row that describes its training.
EpochRow TrainingRow(const StepReport& last_step, const RunningSums& sums, const std::vector<std::string>& scalar_names,
                     double train_seconds, double wait_seconds) {
  EpochRow row;
  row.epoch = last_step.epoch;
  row.step = last_step.step;
  row.learning_rate = last_step.learning_rate;
  row.train_loss = last_step.epoch_loss;
  row.train_accuracy = last_step.epoch_accuracy;
  for (size_t i = 0; i < scalar_names.size(); ++i) {
    row.scalars.push_back({scalar_names[i], sums.scalars[i] / static_cast<double>(sums.steps)});
  }
  row.grad_norm = sums.grad_norm / static_cast<double>(sums.steps);
  row.images_per_second = last_step.images_per_second;
  row.data_wait_fraction = wait_seconds / train_seconds;
  row.train_seconds = train_seconds;
  return row;
}

absl::StatusOr<std::vector<EvaluatedSplit>> EvaluateSplits(const TrainParts& parts, const TrainOptions& options, EpochRow* row) {
  std::vector<EvaluatedSplit> evaluated;
  row->extra_metrics = options.extra_metrics;
  Stopwatch evaluating;
  evaluating.Start();
  for (const SplitEvaluation& evaluation : parts.evaluations) {
    MICA_ASSIGN_OR_RETURN(PredictionTable predictions, evaluation.run());
    row->evaluations.push_back({evaluation.split, ComputeMetrics(predictions, options.extra_metrics)});
    evaluated.push_back({evaluation.split, std::move(predictions)});
  }
  evaluating.Stop();
  row->eval_seconds = evaluating.seconds();
  row->peak_memory_mib = PeakMemoryMib();
  return evaluated;
}

std::optional<Split> SelectingSplit(const std::vector<SplitEvaluation>& evaluations) {
  std::optional<Split> selecting;
  for (const SplitEvaluation& evaluation : evaluations) {
    if (!evaluation.selects) continue;
    CHECK(!selecting.has_value() && evaluation.split != Split::kTest) << "nothing is ever selected on the test split";
    selecting = evaluation.split;
  }
  return selecting;
}

EpochLosses LossesOf(const EpochRow& row) {
  const MetricSet* const validation = row.MetricsOf(Split::kValidation);
  return {row.train_loss, validation == nullptr ? std::numeric_limits<double>::quiet_NaN() : validation->Get("loss")};
}

bool IsOutOfPatience(const TrainOptions& options, const TrainState& state) {
  return options.patience_epochs.has_value() && state.best.has_value() && state.epoch - state.best->row.epoch >= *options.patience_epochs;
}

}  // namespace

RunLength LengthOfRun(const TrainOptions& options, const BatchSource& batches) {
  return LengthOfRun(options.epochs, options.max_steps, batches.batches_per_epoch());
}

absl::StatusOr<TrainOutcome> Train(const TrainParts& parts, const TrainOptions& options, TrainState state) {
  const RunLength run = LengthOfRun(options, parts.batches);
  const std::vector<std::string> scalar_names = ScalarNames(parts.loss_terms);
  const std::optional<Split> selecting = SelectingSplit(parts.evaluations);
  TrainStep train_step({parts.model, parts.parameters, parts.optimizer, parts.loss_terms},
                       {options.seed, options.device, options.clip_gradient_norm});
  TrainOutcome outcome;
  outcome.epochs = state.step_in_epoch == run.steps_per_epoch ? state.epoch : std::max<int64_t>(state.epoch - 1, 0);
  parts.model.train();

  bool stopped = false;
  bool out_of_patience = false;
  while (!stopped && !out_of_patience && state.step < run.total_steps) {
    if (state.epoch == 0 || state.step_in_epoch == run.steps_per_epoch) BeginEpoch(scalar_names.size(), &state);
    const int64_t samples_before = state.sums.samples;  // of an earlier process
    StepReport report;
    Stopwatch training, waiting;
    training.Start();
    FreezeForEpoch(parts, state.step);
    MICA_RETURN_IF_ERROR(StartEpoch(parts.batches, state));

    while (!stopped && state.step < run.total_steps && state.step_in_epoch < run.steps_per_epoch) {
      Batch batch;
      waiting.Start();
      MICA_RETURN_IF_ERROR(ReadBatch(parts.batches, state, &batch));
      waiting.Stop();

      const double learning_rate = options.base_learning_rate * parts.schedule.Factor(state.step, state.losses);
      MICA_ASSIGN_OR_RETURN(const StepResult result, train_step.Take(batch, {state.step, state.epoch, state.step_in_epoch}, learning_rate));
      AddStep(result, batch.size(), &state);
      report = ReportOfStep(options, run, state, result, learning_rate);
      if (!result.finite()) return StopAtNonFinite(parts, report, batch);
      training.Stop();
      report.images_per_second = static_cast<double>(state.sums.samples - samples_before) / training.seconds();
      report.device_memory_mib = DeviceMemoryMib(options.device);
      for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnStep(report));
      training.Start();
      stopped = parts.stop_requested();
    }
    training.Stop();
    outcome.train_seconds += training.seconds();

    const bool all_done = state.step == run.total_steps;
    if (all_done || state.step_in_epoch == run.steps_per_epoch) {
      EpochReport epoch;
      epoch.row = TrainingRow(report, state.sums, scalar_names, training.seconds(), waiting.seconds());
      MICA_ASSIGN_OR_RETURN(const std::vector<EvaluatedSplit> evaluated, EvaluateSplits(parts, options, &epoch.row));
      outcome.eval_seconds += epoch.row.eval_seconds;
      outcome.epochs = state.epoch;
      epoch.is_best = selecting.has_value() && UpdateBest(epoch.row, *selecting, options.select_by, &state.best);
      if (epoch.is_best) outcome.best_weights = CopyWeights(parts.model);
      out_of_patience = IsOutOfPatience(options, state);
      const bool is_whole = state.step_in_epoch == run.steps_per_epoch;
      if (is_whole && parts.schedule.reads_losses()) state.losses.push_back(LossesOf(epoch.row));
      epoch.evaluations = evaluated;
      epoch.last_step = report;
      epoch.state = state;
      epoch.is_last = all_done || out_of_patience;
      for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnEpoch(epoch));
      stopped = !epoch.is_last && parts.stop_requested();
    }
    if (stopped) MICA_RETURN_IF_ERROR(TellOfStop(parts, report, state));
  }
  outcome.reason = stopped                                                                 ? StopReason::kStopRequested
                   : state.step < run.total_steps                                          ? StopReason::kNoImprovement
                   : run.total_steps == options.epochs * parts.batches.batches_per_epoch() ? StopReason::kEpochsDone
                                                                                           : StopReason::kMaxSteps;
  outcome.state = std::move(state);
  return outcome;
}

}  // namespace mica
