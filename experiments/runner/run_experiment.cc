// RunExperiment: the body of `mica train`.
#include <ATen/Parallel.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/config/required_oneof.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/peak_memory.h"
#include "base/process_clock.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "base/torch/torch_guard.h"
#include "base/version.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/baselines.h"
#include "eval/metrics/calibration.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/intervals.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/final_table.h"
#include "eval/report/result_files.h"
#include "eval/report/run_folder.h"
#include "experiments/runner/device.h"
#include "experiments/runner/environment.h"
#include "experiments/runner/hyperparameters_of.h"
#include "experiments/runner/layer_graph.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/weight_report.h"
#include "models/weights/weights.h"
#include "training/checkpoint/checkpoint_name.h"
#include "training/observers/checkpoint_observer.h"
#include "training/observers/json_progress.h"
#include "training/observers/kept_predictions.h"
#include "training/observers/metrics_row.h"
#include "training/observers/parameter_observer.h"
#include "training/observers/progress_observer.h"
#include "training/observers/run_folder_observer.h"
#include "training/observers/tensorboard_observer.h"
#include "training/optim/parameter_coverage.h"

namespace mica {
namespace {

std::string InitialWeightsLine(const InitialWeights& weights) {
  return absl::StrCat("initial_weights xxh3=", weights.fingerprint, " file=", weights.path, " ", WeightReportLine(weights.report));
}

// Of the best epoch, as it was measured when it ended.
std::optional<MetricSet> ValidationOf(const TrainOutcome& outcome) {
  if (!outcome.state.best.has_value()) return std::nullopt;
  return *outcome.state.best->row.MetricsOf(Split::kValidation);
}

double SecondsSince1970() {
  return absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
}

void AddMetrics(const char* prefix, const std::optional<MetricSet>& metrics, std::vector<Metric>* all) {
  if (!metrics.has_value()) return;
  for (const Metric& metric : metrics->values) all->push_back({absl::StrCat(prefix, metric.name), metric.value});
}

// One run, once it has its folder: train, evaluate, write.
class Run {
 public:
  Run(const LoadedExperiment& loaded, const DatasetIndex& index, Stages& stages, RunFolder& folder, const RunOptions& options,
      FileCalls& calls)
      : experiment_(loaded.experiment),
        resolved_(PrintTextprotoFile(loaded.experiment)),
        index_(index),
        stages_(stages),
        folder_(folder),
        progress_(options.progress),
        json_(options.json == nullptr ? nullptr : std::make_unique<JsonProgress>(options.json)),
        parameters_([this] { return ReadParameters(); }),
        calls_(calls) {
    DescribeRun(loaded.warnings);
  }

  absl::StatusOr<TrainResult> Execute();

  // Records the failure if that is still possible, and says where to look. The first error is
  // returned.
  absl::Status Fail(absl::Status status);

 private:
  void DescribeRun(const std::vector<std::string>& warnings);
  absl::Status WriteBeginning();
  std::vector<TrainObserver*> Observers(TrainObserver* run_folder, TrainObserver* checkpoints);
  TensorBoardObserver::Start BoardStart() const;
  std::vector<ParameterView> ReadParameters();
  absl::StatusOr<TrainOutcome> TrainModel();
  CheckpointReport ManifestOfRun() const;
  // The test split, or validation where there is none. The data may have neither.
  Split ReportedSplit() const { return stages_.test_batches != nullptr ? Split::kTest : Split::kValidation; }
  const std::vector<std::string>& ExtraMetrics() const { return stages_.train_options.extra_metrics; }
  absl::StatusOr<PredictionTable> Predict(BatchSource& batches);
  absl::StatusOr<PredictionTable> PredictMerged(Split split);
  std::vector<SplitEvaluation> EvaluationsOfAnEpoch();
  absl::Status Report(const TrainOutcome& outcome, TrainResult* result);
  absl::StatusOr<const PredictionTable*> PredictionsOf(Split split, int64_t step, std::optional<PredictionTable>* made_now);
  absl::StatusOr<const PredictionTable*> CalibrationSplitOf(int64_t step, Split reported, const PredictionTable& predictions,
                                                            std::optional<PredictionTable>* made_now);
  absl::Status WriteReportedSplit(const PredictionTable& predictions, const PredictionTable* validation);
  std::optional<double> Calibrate(const PredictionTable& reported, const PredictionTable* validation);
  absl::Status WriteSummary(const TrainOutcome& outcome, std::optional<MetricSet> validation, std::optional<MetricSet> test);
  std::string WhyItEnded(const TrainOutcome& outcome) const;
  absl::Status WriteEnd(RunReport::State state, const TrainOutcome& outcome);

  const Experiment& experiment_;
  const std::string resolved_;  // experiment.textproto
  const DatasetIndex& index_;
  Stages& stages_;
  RunFolder& folder_;
  ProgressObserver progress_;
  const std::unique_ptr<JsonProgress> json_;  // null if nobody asked for it
  KeptPredictions kept_predictions_;
  ParameterObserver parameters_;
  std::optional<TensorBoardObserver> board_;  // if the experiment wants it, once it trains
  at::Tensor values_, gradients_;             // of all parameters, as observers read them
  FileCalls& calls_;
  RunReport report_;
};

void Run::DescribeRun(const std::vector<std::string>& warnings) {
  report_.set_state(RunReport::RUNNING);
  report_.set_experiment(experiment_.name());
  report_.set_run(folder_.run());
  report_.set_experiment_fingerprint(FormatFingerprint(Fingerprint(resolved_)));
  report_.set_dataset_fingerprint(index_.fingerprint);
  report_.set_class_map_fingerprint(index_.classes.fingerprint());
  report_.set_mica_version(kVersion);
  report_.set_libtorch_version(LibTorchVersion());
  report_.set_host(HostName());
  report_.set_pid(getpid());
  report_.set_device(DeviceName(stages_.model.device));
  report_.set_cpu_threads(at::get_num_threads());
  report_.set_seed(experiment_.seed());
  report_.set_started(UtcNow());
  report_.set_test_seen_each_epoch(experiment_.evaluation().test_each_epoch() && stages_.test_batches != nullptr);
  for (const std::string& warning : warnings) report_.add_warning(warning);
  for (const std::string& warning : index_.warnings) report_.add_warning(warning);
  if (!stages_.initial_weights.has_value()) return;
  report_.set_initial_weights_file(stages_.initial_weights->path);
  report_.set_initial_weights_fingerprint(stages_.initial_weights->fingerprint);
}

absl::StatusOr<TrainResult> Run::Execute() {
  if (absl::Status status = WriteBeginning(); !status.ok()) return Fail(std::move(status));
  absl::StatusOr<TrainOutcome> outcome = TrainModel();
  if (!outcome.ok()) return Fail(std::move(outcome).status());

  TrainResult result;
  result.folder = folder_.path();
  result.interrupted = outcome->reason == StopReason::kStopRequested;
  if (result.interrupted) {
    folder_.WriteParameters(parameters_.Csv());
    absl::Status status = WriteSummary(*outcome, ValidationOf(*outcome), /*test=*/std::nullopt);
    if (status.ok()) status = WriteEnd(RunReport::INTERRUPTED, *outcome);
    if (!status.ok()) return Fail(std::move(status));
    return result;
  }
  if (absl::Status status = Report(*outcome, &result); !status.ok()) return Fail(std::move(status));
  if (outcome->reason == StopReason::kNoImprovement) result.stopped_early = WhyItEnded(*outcome);
  result.has_reported_split = !report_.reported_split().empty();
  result.has_views = report_.has_views();
  result.has_initial_weights = report_.has_initial_weights_file();
  if (absl::Status status = WriteEnd(RunReport::FINISHED, *outcome); !status.ok()) return Fail(std::move(status));
  return result;
}

absl::Status Run::WriteBeginning() {
  MICA_RETURN_IF_ERROR(folder_.WriteExperiment(resolved_));
  MICA_RETURN_IF_ERROR(folder_.WriteClassMap(index_));
  folder_.Log(absl::StrCat("start experiment=", experiment_.name(), " device=", report_.device(), " cpu_threads=", report_.cpu_threads(),
                           " parameters=", CountParameters(*stages_.model.classifier)));
  if (stages_.initial_weights.has_value()) {
    MICA_RETURN_IF_ERROR(folder_.WriteInitialWeights(WeightReportCsv(stages_.initial_weights->report)));
    folder_.Log(InitialWeightsLine(*stages_.initial_weights));
  }
  for (const std::string& line : CoverageLog(experiment_.optimizer(), stages_.parameter_plan)) folder_.Log(line);
  for (const std::string& warning : report_.warning()) folder_.Log(absl::StrCat("warning ", warning));
  return folder_.WriteRunReport(report_);
}

std::vector<TrainObserver*> Run::Observers(TrainObserver* run_folder, TrainObserver* checkpoints) {
  // Progress first: its live line ends before others print.
  std::vector<TrainObserver*> observers = {&progress_, run_folder, checkpoints, &kept_predictions_, &parameters_};
  if (board_.has_value()) observers.push_back(&*board_);
  if (json_ != nullptr) observers.push_back(json_.get());
  return observers;
}

TensorBoardObserver::Start Run::BoardStart() const {
  TensorBoardObserver::Start start;
  start.folder = folder_.path();
  start.file.wall_time = SecondsSince1970();
  start.file.host = report_.host();
  start.file.pid = report_.pid();
  start.experiment = resolved_;
  // It was inferred when the model was built, so it can be inferred.
  const absl::StatusOr<InferredModel> model = InferModelFor(experiment_, stages_.train_batches->image_shape(), index_.classes.size());
  if (model.ok()) start.graph = LayerGraph(*model);
  start.hyperparameters = HyperparametersOf(experiment_);
  return start;
}

// Views of buffers that are the parameters themselves on a CPU, and copies on a GPU.
std::vector<ParameterView> Run::ReadParameters() {
  const FlatParameters& parameters = *stages_.model.parameters;
  values_ = parameters.values().to(c10::kCPU);
  gradients_ = parameters.gradients().to(c10::kCPU);
  const std::vector<NamedTensor> values = parameters.Split(values_), gradients = parameters.Split(gradients_);
  std::vector<ParameterView> views;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto size = static_cast<size_t>(values[i].tensor.numel());
    views.push_back(
        {values[i].name, {values[i].tensor.const_data_ptr<float>(), size}, {gradients[i].tensor.const_data_ptr<float>(), size}});
  }
  return views;
}

absl::StatusOr<TrainOutcome> Run::TrainModel() {
  if (experiment_.report().tensorboard()) {
    board_.emplace(
        BoardStart(), [this] { return ReadParameters(); }, &SecondsSince1970, calls_);
  }
  RunFolderObserver run_folder(&folder_);
  CheckpointObserver checkpoints(
      experiment_.checkpoint(),
      {*stages_.model.classifier, *stages_.model.parameters, *stages_.optimizer, [this](absl::string_view line) { folder_.Log(line); }},
      ManifestOfRun(), CheckpointStore(absl::StrCat(folder_.path(), "/checkpoints"), calls_));
  const TrainParts parts{
      *stages_.model.classifier,
      *stages_.model.parameters,
      *stages_.train_batches,
      stages_.loss_terms(),
      *stages_.optimizer,
      *stages_.schedule,
      EvaluationsOfAnEpoch(),
      Observers(&run_folder, &checkpoints),
      [] { return StopSignal() != 0; },
      stages_.parameter_plan.fixed_batch_norms,
  };
  return Train(parts, stages_.train_options);
}

CheckpointReport Run::ManifestOfRun() const {
  CheckpointReport manifest;
  manifest.set_experiment(resolved_);
  manifest.set_experiment_fingerprint(report_.experiment_fingerprint());
  manifest.set_dataset_fingerprint(report_.dataset_fingerprint());
  for (const std::string& name : index_.classes.names()) manifest.add_class_names(name);
  const BatchSource* const evaluated = stages_.test_batches != nullptr ? stages_.test_batches.get() : stages_.validation_batches.get();
  const ImageShape images = (evaluated != nullptr ? evaluated : stages_.train_batches.get())->image_shape();
  manifest.mutable_images()->set_channels(images.channels);
  manifest.mutable_images()->set_height_px(images.height_px);
  manifest.mutable_images()->set_width_px(images.width_px);
  manifest.set_class_map_fingerprint(report_.class_map_fingerprint());
  manifest.set_device(report_.device());
  manifest.set_cpu_threads(report_.cpu_threads());
  manifest.set_build(absl::StrCat("mica ", report_.mica_version(), ", LibTorch ", report_.libtorch_version()));
  return manifest;
}

absl::StatusOr<PredictionTable> Run::Predict(BatchSource& batches) {
  return Evaluate(*stages_.model.classifier, batches, index_.classes.size(), stages_.model.device);
}

// With test-time augmentation; writes what each view reaches.
absl::StatusOr<PredictionTable> Run::PredictMerged(Split split) {
  MICA_ASSIGN_OR_RETURN(MergedPredictions evaluated, EvaluateMerged(experiment_, index_, split, stages_.model));
  MICA_RETURN_IF_ERROR(folder_.WriteViews(evaluated.views, evaluated.merged));
  report_.set_views(static_cast<int>(evaluated.views.size()));
  return std::move(evaluated.merged);
}

std::vector<SplitEvaluation> Run::EvaluationsOfAnEpoch() {
  std::vector<SplitEvaluation> evaluations;
  if (BatchSource* const batches = stages_.validation_batches.get()) {
    evaluations.push_back({Split::kValidation, /*selects=*/true, [this, batches] { return Predict(*batches); }});
  }
  BatchSource* const test_batches = stages_.test_batches.get();
  if (test_batches != nullptr && experiment_.evaluation().test_each_epoch()) {
    evaluations.push_back({Split::kTest, /*selects=*/false, [this, test_batches] { return Predict(*test_batches); }});
  }
  return evaluations;
}

// Reports everything about the reported checkpoint: the best on validation, or the last.
absl::Status Run::Report(const TrainOutcome& outcome, TrainResult* result) {
  const std::optional<BestSoFar>& best = outcome.state.best;
  if (best.has_value()) RestoreWeights(outcome.best_weights, *stages_.model.classifier);
  report_.set_reported_checkpoint(CheckpointName(best.has_value() ? best->row.step : outcome.state.step));
  FinalResults results;
  results.validation = ValidationOf(outcome);
  const Split split = ReportedSplit();
  if ((split == Split::kTest ? stages_.test_batches : stages_.validation_batches) != nullptr) {
    report_.set_reported_split(std::string(SplitName(split)));
    const int64_t step = best.has_value() ? best->row.step : outcome.state.step;
    std::optional<PredictionTable> made_now;
    MICA_ASSIGN_OR_RETURN(const PredictionTable* const predictions, PredictionsOf(split, step, &made_now));
    std::optional<PredictionTable> merged_now;
    MICA_ASSIGN_OR_RETURN(const PredictionTable* const validation, CalibrationSplitOf(step, split, *predictions, &merged_now));
    MICA_RETURN_IF_ERROR(WriteReportedSplit(*predictions, validation));
    (split == Split::kTest ? results.test : results.validation) = ComputeMetrics(*predictions, ExtraMetrics());
    const ConfusionMatrix matrix(*predictions);
    results.test_seen_each_epoch = report_.test_seen_each_epoch();
    results.baselines = ComputeBaselines(matrix.Supports(), index_.classes.names());
    results.empty_classes = matrix.EmptyClasses();
    results.accuracy_interval = WilsonInterval(matrix.Counts().right(), matrix.total());
  }
  folder_.WriteParameters(parameters_.Csv());
  MICA_RETURN_IF_ERROR(WriteSummary(outcome, results.validation, results.test));
  result->final_table = FinalTable(results);
  AddMetrics("val_", results.validation, &result->metrics);
  AddMetrics("test_", results.test, &result->metrics);
  return absl::OkStatus();
}

// Of the weights after `step`, which the model holds: as an epoch's evaluation made them, or made now.
absl::StatusOr<const PredictionTable*> Run::PredictionsOf(Split split, int64_t step, std::optional<PredictionTable>* made_now) {
  const PredictionTable* const kept = kept_predictions_.At(step, split);
  if (experiment_.evaluation().has_test_time_augmentation()) {
    MICA_ASSIGN_OR_RETURN(*made_now, PredictMerged(split));
  } else if (kept == nullptr) {
    MICA_ASSIGN_OR_RETURN(*made_now, Predict(split == Split::kTest ? *stages_.test_batches : *stages_.validation_batches));
  }
  return made_now->has_value() ? &**made_now : kept;
}

// What the temperature is fitted to: the validation split, predicted as the reported split is, because the
// mean of several views is less sure than each of them. Null without one.
absl::StatusOr<const PredictionTable*> Run::CalibrationSplitOf(int64_t step, Split reported, const PredictionTable& predictions,
                                                               std::optional<PredictionTable>* made_now) {
  const PredictionTable* const clean = kept_predictions_.At(step, Split::kValidation);
  if (clean == nullptr || !experiment_.evaluation().has_test_time_augmentation()) return clean;
  if (reported == Split::kValidation) return &predictions;
  MICA_ASSIGN_OR_RETURN(MergedPredictions evaluated, EvaluateMerged(experiment_, index_, Split::kValidation, stages_.model));
  *made_now = std::move(evaluated.merged);
  return &**made_now;
}

absl::Status Run::WriteReportedSplit(const PredictionTable& predictions, const PredictionTable* validation) {
  return folder_.WriteResults(ResultFiles(predictions, index_, Calibrate(predictions, validation)));
}

// Records the temperature, if there is one that fits.
std::optional<double> Run::Calibrate(const PredictionTable& reported, const PredictionTable* validation) {
  if (validation == nullptr) return std::nullopt;
  const absl::StatusOr<double> temperature = FitTemperature(*validation);
  if (!temperature.ok()) {
    folder_.Log(absl::StrCat("no temperature: ", temperature.status().message()));
    return std::nullopt;
  }
  const CalibrationScores before = ScoreCalibration(ScoreSamples(reported));
  const CalibrationScores after = ScoreCalibration(ScoreSamples(WithTemperature(reported, *temperature)));
  CalibrationReport& calibration = *report_.mutable_calibration();
  calibration.set_temperature(*temperature);
  calibration.set_samples(validation->size());
  calibration.set_nll_before(before.nll);
  calibration.set_nll_after(after.nll);
  calibration.set_ece_before(before.ece);
  calibration.set_ece_after(after.ece);
  return *temperature;
}

absl::Status Run::WriteSummary(const TrainOutcome& outcome, std::optional<MetricSet> validation, std::optional<MetricSet> test) {
  SummaryRow row;
  row.experiment = experiment_.name();
  row.run = folder_.run();
  row.model = ChosenArm(experiment_.model(), "kind");
  row.optimizer = ChosenArm(experiment_.optimizer(), "kind");
  row.schedule = ChosenArm(experiment_.schedule(), "kind");
  row.device = report_.device();
  row.parameters = CountParameters(*stages_.model.classifier);
  row.learning_rate = stages_.train_options.base_learning_rate;
  row.epochs = outcome.epochs;
  row.seed = experiment_.seed();
  if (outcome.state.best.has_value()) row.best_epoch = outcome.state.best->row.epoch;
  row.validation = std::move(validation);
  row.test = std::move(test);
  row.extra_metrics = ExtraMetrics();
  row.train_seconds = outcome.train_seconds;
  row.peak_memory_mib = PeakMemoryMib();
  row.class_map_fingerprint = report_.class_map_fingerprint();
  return folder_.WriteSummary(row);
}

std::string Run::WhyItEnded(const TrainOutcome& outcome) const {
  switch (outcome.reason) {
    case StopReason::kEpochsDone:
      return absl::StrCat(outcome.epochs, " of ", experiment_.trainer().epochs(), " epochs done");
    case StopReason::kMaxSteps:
      return absl::StrCat("max_steps: ", outcome.state.step, " steps done");
    case StopReason::kNoImprovement: {
      const int patience = experiment_.trainer().early_stop().patience_epochs();
      return absl::StrCat("early_stop: ", patience, " of ", patience, " epochs in a row without a new best, which is epoch ",
                          outcome.state.best->row.epoch);
    }
    case StopReason::kStopRequested:
      return absl::StrCat("signal ", StopSignal());
  }
  return "";
}

absl::Status Run::WriteEnd(RunReport::State state, const TrainOutcome& outcome) {
  report_.set_state(state);
  report_.set_stopped_because(WhyItEnded(outcome));
  report_.set_epochs(outcome.epochs);
  if (outcome.epochs == 0) report_.set_test_seen_each_epoch(false);
  report_.set_steps(outcome.state.step);
  if (outcome.state.best.has_value()) report_.set_best_epoch(outcome.state.best->row.epoch);
  report_.set_train_seconds(outcome.train_seconds);
  report_.set_eval_seconds(outcome.eval_seconds);
  if (progress_.seconds_to_first_step().has_value()) report_.set_start_to_first_step_seconds(*progress_.seconds_to_first_step());
  report_.set_wall_seconds(SecondsSinceProcessStart());
  report_.set_ended(UtcNow());
  if (board_.has_value() && state == RunReport::FINISHED) board_->Finish(HparamsOutcome::kSuccess);
  folder_.Log(absl::StrCat("end state=", RunReport::State_Name(state), " steps=", outcome.state.step));
  return folder_.WriteRunReport(report_);
}

absl::Status Run::Fail(absl::Status status) {
  if (board_.has_value()) board_->Finish(HparamsOutcome::kFailure);
  report_.set_state(RunReport::FAILED);
  report_.set_failure(std::string(status.message()));
  report_.set_ended(UtcNow());
  folder_.Log(absl::StrCat("end state=FAILED error=", status.message()));
  folder_.WriteRunReport(report_).IgnoreError();
  return WithMessage(status, absl::StrCat(status.message(), "\nwhat the run has written is in ", folder_.path()));
}

// Who trains, if not all parameters do alike.
void ShowGroups(const Experiment& experiment, const ParameterPlan& plan, FILE* output) {
  const std::string table = CoverageTable(experiment.optimizer(), plan);
  if (!table.empty()) ProgressLine(output).Finish(absl::StripSuffix(table, "\n"));
}

// A cache of decoded pictures takes its time before the first step.
absl::StatusOr<Stages> BuildWithProgress(const Experiment& experiment, const DatasetIndex& index, FILE* output) {
  ProgressLine progress(output);
  CacheTalk talk;
  talk.tell = [&](const std::string& line) { progress.Finish(line); };
  talk.progress = [&](int64_t done, int64_t all) {
    progress.Update([&] { return absl::StrCat("decoded ", done, " of ", all, " pictures"); });
    return StopSignal() == 0;
  };
  return BuildStages(experiment, index, talk);
}

}  // namespace

absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index, const RunOptions& options,
                                          FileCalls& calls) {
  absl::StatusOr<Stages> stages = BuildWithProgress(loaded.experiment, index, options.progress);
  if (!stages.ok()) return AtItsPlace(stages.status(), loaded);
  RunFolder::Options folder_options;
  folder_options.output_dir = options.output_dir;
  folder_options.experiment = loaded.experiment.name();
  folder_options.run_name = options.run_name;
  folder_options.metrics_columns = MetricsColumns(ScalarNames(stages->loss_terms()), stages->train_options.extra_metrics);
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> folder, RunFolder::Create(folder_options, calls));
  ShowGroups(loaded.experiment, stages->parameter_plan, options.progress);
  Run run(loaded, index, *stages, *folder, options, calls);
  absl::StatusOr<TrainResult> result = absl::InternalError("the run did not begin");
  const absl::Status status = GuardTorch("running the experiment", [&] { result = run.Execute(); });
  if (!status.ok()) return run.Fail(status);
  return result;
}

}  // namespace mica
