#include "training/loop/train.h"

#include <ATen/Context.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/peak_memory.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/torch_guard.h"

namespace mica {
namespace {

// Seconds spent in the pieces of work that it was started for.
class Stopwatch {
 public:
  void Start() { started_ = std::chrono::steady_clock::now(); }
  void Stop() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }
  double seconds() const { return seconds_; }

 private:
  std::chrono::steady_clock::time_point started_;
  double seconds_ = 0;
};

int64_t CountCorrect(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor scores = logits.detach().to(at::kCPU).contiguous();
  const auto* row = scores.const_data_ptr<float>();
  const auto* label = labels.const_data_ptr<int64_t>();
  const int64_t classes = scores.size(1);
  int64_t correct = 0;
  for (int64_t i = 0; i < scores.size(0); ++i, row += classes) correct += std::max_element(row, row + classes) - row == label[i];
  return correct;
}

struct StepResult {
  double loss = 0;
  double grad_norm = 0;  // before clipping
  int64_t correct = 0;   // samples of the batch

  bool finite() const { return std::isfinite(loss) && std::isfinite(grad_norm); }
};

// Forward and backward; the weights stay as they are.
StepResult ComputeGradients(const TrainParts& parts, const Batch& batch, c10::Device device) {
  const Batch on_device{batch.images.to(device), batch.labels.to(device), batch.ids};
  parts.parameters.ZeroGradients();
  StepResult result;
  at::Tensor loss;
  for (LossTerm* term : parts.loss_terms) {
    const LossValue value = term->Compute(parts.model, on_device);
    loss = loss.defined() ? loss + value.loss : value.loss;
    if (value.logits.defined()) result.correct = CountCorrect(value.logits, batch.labels);
  }
  loss.backward();
  result.loss = loss.item<double>();
  result.grad_norm = parts.parameters.GradientNorm();
  return result;
}

absl::Status StopAtNonFinite(const TrainParts& parts, const StepReport& step, const Batch& batch) {
  const auto* ids = batch.ids.const_data_ptr<int64_t>();
  const NonFiniteStep report{step, std::vector<int64_t>(ids, ids + batch.size())};
  std::string unreported;  // must not hide what happened
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

absl::Status TellOfStop(const TrainParts& parts, const StepReport& step) {
  for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnStop(step));
  return absl::OkStatus();
}

// Sums over the samples of an epoch.
struct RunningMeans {
  double loss = 0;
  double grad_norm = 0;  // over steps
  int64_t correct = 0;
  int64_t samples = 0;
  int64_t steps = 0;

  void Add(const StepResult& step, int64_t batch_size) {
    loss += step.loss * static_cast<double>(batch_size);
    grad_norm += step.grad_norm;
    correct += step.correct;
    samples += batch_size;
    ++steps;
  }
};

// What an epoch's row says of its training.
EpochRow TrainingRow(const StepReport& last_step, const RunningMeans& means, double train_seconds, double wait_seconds) {
  EpochRow row;
  row.epoch = last_step.epoch;
  row.step = last_step.step;
  row.learning_rate = last_step.learning_rate;
  row.train_loss = means.loss / static_cast<double>(means.samples);
  row.train_accuracy = static_cast<double>(means.correct) / static_cast<double>(means.samples);
  row.grad_norm = means.grad_norm / static_cast<double>(means.steps);
  row.images_per_second = last_step.images_per_second;
  row.data_wait_fraction = wait_seconds / train_seconds;
  row.train_seconds = train_seconds;
  return row;
}

absl::StatusOr<std::optional<MetricSet>> EvaluateIfAsked(const std::function<absl::StatusOr<MetricSet>()>& evaluate) {
  if (!evaluate) return std::nullopt;
  MICA_ASSIGN_OR_RETURN(MetricSet metrics, evaluate());
  return metrics;
}

}  // namespace

RunLength LengthOfRun(const TrainOptions& options, const BatchSource& batches) {
  const int64_t all = options.epochs * batches.batches_per_epoch();
  return {options.max_steps.has_value() ? std::min(all, *options.max_steps) : all, batches.batches_per_epoch()};
}

absl::StatusOr<TrainOutcome> Train(const TrainParts& parts, const TrainOptions& options) {
  const RunLength run = LengthOfRun(options, parts.batches);
  BestEpoch best(options.select_by);
  TrainOutcome outcome;
  StepReport report;
  report.epochs = options.epochs;
  report.total_steps = run.total_steps;
  report.steps_per_epoch = run.steps_per_epoch;
  parts.model.train();

  while (report.step < run.total_steps) {
    ++report.epoch;
    report.step_in_epoch = 0;
    RunningMeans means;
    Stopwatch training, waiting, evaluating;
    training.Start();
    parts.batches.StartEpoch(report.epoch);

    while (report.step < run.total_steps && report.step_in_epoch < run.steps_per_epoch) {
      Batch batch;
      waiting.Start();
      MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("batch of step ", report.step + 1), [&] { parts.batches.Next(&batch); }));
      waiting.Stop();

      StepResult result;
      report.learning_rate = options.base_learning_rate * parts.schedule.Factor(report.step);
      MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("training step ", report.step + 1), [&] {
        at::manual_seed(StepSeed(options.seed, RngStream::kTrainStep, report.step));
        result = ComputeGradients(parts, batch, options.device);
        if (!result.finite()) return;  // the weights stay as they were
        if (options.clip_gradient_norm.has_value()) parts.parameters.ClipGradients(result.grad_norm, *options.clip_gradient_norm);
        parts.optimizer.Step(report.learning_rate);
      }));

      means.Add(result, batch.size());
      ++report.step;
      ++report.step_in_epoch;
      report.samples_seen += batch.size();
      report.loss = result.loss;
      report.grad_norm = result.grad_norm;
      if (!result.finite()) return StopAtNonFinite(parts, report, batch);
      training.Stop();
      report.images_per_second = static_cast<double>(means.samples) / training.seconds();
      for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnStep(report));
      training.Start();
      if (parts.stop_requested()) break;
    }
    training.Stop();
    outcome.train_seconds += training.seconds();
    outcome.steps = report.step;

    const bool epoch_is_done = report.step_in_epoch == run.steps_per_epoch || report.step == run.total_steps;
    if (!epoch_is_done) {
      outcome.stopped = true;
      MICA_RETURN_IF_ERROR(TellOfStop(parts, report));
      break;
    }

    EpochReport epoch;
    epoch.row = TrainingRow(report, means, training.seconds(), waiting.seconds());
    evaluating.Start();
    MICA_ASSIGN_OR_RETURN(epoch.row.validation, EvaluateIfAsked(parts.evaluate_validation));
    MICA_ASSIGN_OR_RETURN(epoch.row.test, EvaluateIfAsked(parts.evaluate_test));
    evaluating.Stop();
    epoch.row.eval_seconds = evaluating.seconds();
    epoch.row.peak_memory_mib = PeakMemoryMib();
    outcome.eval_seconds += evaluating.seconds();
    ++outcome.epochs;

    epoch.last_step = report;
    epoch.is_best = best.Update(epoch.row);
    epoch.is_last = report.step == run.total_steps;
    if (best.row().has_value()) {
      epoch.best_epoch = best.row()->epoch;
      epoch.best_metric = best.value();
    }
    if (epoch.is_best) outcome.best_weights = CopyWeights(parts.model);
    for (TrainObserver* observer : parts.observers) MICA_RETURN_IF_ERROR(observer->OnEpoch(epoch));
    if (!epoch.is_last && parts.stop_requested()) {
      outcome.stopped = true;
      MICA_RETURN_IF_ERROR(TellOfStop(parts, report));
      break;
    }
  }
  outcome.best = best.row();
  return outcome;
}

}  // namespace mica
