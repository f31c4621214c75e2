// EvaluateRun and EvaluateInitial: the bodies of `mica evaluate`.
#include <ATen/Parallel.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/process_clock.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/baselines.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/extra_metric_names.h"
#include "eval/metrics/intervals.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/evaluation_folder.h"
#include "eval/report/final_table.h"
#include "eval/report/run_tables.h"
#include "experiments/runner/asked_split.h"
#include "experiments/runner/device.h"
#include "experiments/runner/environment.h"
#include "experiments/runner/initial_weights.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/load_weights.h"
#include "models/weights/weight_report.h"
#include "models/weights/weights.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {
namespace {

// The data must be the run's, to the byte and in its splits.
absl::Status RequireSameData(const RunRecord& run, const DatasetIndex& index) {
  if (index.fingerprint != run.report.dataset_fingerprint()) {
    return WithMovedDataHint(DataError(absl::StrCat("the data is not what the run was trained on: fingerprint ", index.fingerprint,
                                                    " here, ", run.report.dataset_fingerprint(), " in ", run.folder, "/run.textproto")));
  }
  const std::string path = absl::StrCat(run.folder, "/class_map.csv");
  MICA_ASSIGN_OR_RETURN(const std::string class_map, ReadFile(path, kMaxCsvBytes));
  if (class_map == ClassMapCsv(index)) return absl::OkStatus();
  return DataError(absl::StrCat(path, ": the run's splits have other samples than those here; leave what divides the data as it was"));
}

std::vector<Split> LabelledSplits(const DatasetIndex& index) {
  std::vector<Split> splits;
  for (const Split split : kSplits) {
    if (index.HasLabels(split)) splits.push_back(split);
  }
  return splits;
}

bool Contains(const std::vector<Split>& splits, Split split) {
  return std::find(splits.begin(), splits.end(), split) != splits.end();
}

// `splits` are those with labels.
absl::StatusOr<Split> ChooseSplit(const DatasetIndex& index, const std::vector<Split>& splits, std::optional<Split> asked) {
  if (!asked.has_value()) {
    for (const Split split : {Split::kTest, Split::kValidation}) {
      if (Contains(splits, split)) return split;
    }
    return FlagError("the data has neither a test nor a validation split with labels; ask for --split=train");
  }
  if (Contains(splits, *asked)) return *asked;
  const absl::string_view name = SplitName(*asked);
  if (!index.RecordsOf(*asked).empty()) {
    return FlagError(
        absl::StrCat("--split=", name, ": its samples have no labels; mica predict --split=", name, " says what the model makes of them"));
  }
  return NoSuchSamples(*asked, splits);
}

absl::StatusOr<MergedPredictions> PredictionsOf(const Experiment& experiment, const DatasetIndex& index, Split split, BatchSource& batches,
                                                const BuiltModel& model) {
  if (experiment.evaluation().has_test_time_augmentation()) return EvaluateMerged(experiment, index, split, model);
  MICA_ASSIGN_OR_RETURN(PredictionTable predictions, Evaluate(*model.classifier, batches, index.classes.size(), model.device));
  return MergedPredictions{std::move(predictions), {}};
}

// Reasons why the numbers may differ from the run's own.
std::vector<std::string> Differences(const RunReport& run, const EvaluationReport& here) {
  std::vector<std::string> differences;
  const auto compare = [&](absl::string_view what, const auto& there, const auto& now) {
    if (there == now) return;
    differences.push_back(absl::StrCat(what, " is ", now, " here, ", there, " in the run: the last digits may differ"));
  };
  compare("device", run.device(), here.device());
  compare("the count of CPU threads", run.cpu_threads(), here.cpu_threads());
  compare("LibTorch", run.libtorch_version(), here.libtorch_version());
  compare("mica", run.mica_version(), here.mica_version());
  return differences;
}

// What holds for any model: data, versions and device.
EvaluationReport DescribeHere(const DatasetIndex& index, c10::Device device) {
  EvaluationReport report;
  report.set_dataset_fingerprint(index.fingerprint);
  report.set_class_map_fingerprint(index.classes.fingerprint());
  report.set_mica_version(kVersion);
  report.set_libtorch_version(LibTorchVersion());
  report.set_host(HostName());
  report.set_device(DeviceName(device));
  report.set_cpu_threads(at::get_num_threads());
  report.set_evaluated(UtcNow());
  return report;
}

EvaluationReport Describe(const RunRecord& run, const Checkpoint& checkpoint, const DatasetIndex& index, c10::Device device) {
  EvaluationReport report = DescribeHere(index, device);
  report.set_experiment(run.report.experiment());
  report.set_run(run.report.run());
  report.set_checkpoint(checkpoint.name);
  report.set_step(checkpoint.manifest.step());
  report.set_epoch(checkpoint.manifest.epoch());
  report.set_reported_checkpoint(checkpoint.name == run.report.reported_checkpoint());
  report.set_weights_fingerprint(checkpoint.fingerprint);
  report.set_experiment_fingerprint(run.report.experiment_fingerprint());
  return report;
}

FinalResults ResultsOf(Split split, const PredictionTable& predictions, const DatasetIndex& index, const RunReport& run,
                       const std::vector<std::string>& extra_metrics) {
  FinalResults results;
  (split == Split::kTrain        ? results.train
   : split == Split::kValidation ? results.validation
                                 : results.test) = ComputeMetrics(predictions, extra_metrics);
  const ConfusionMatrix matrix(predictions);
  results.baselines = ComputeBaselines(matrix.Supports(), index.classes.names());
  results.empty_classes = matrix.EmptyClasses();
  results.accuracy_interval = WilsonInterval(matrix.Counts().right(), matrix.total());
  results.test_seen_each_epoch = split == Split::kTest && run.test_seen_each_epoch();
  return results;
}

// The split, and those beside it.
absl::StatusOr<EvaluateResult> PlanEvaluation(const DatasetIndex& index, std::optional<Split> asked) {
  EvaluateResult result;
  result.other_splits = LabelledSplits(index);
  MICA_ASSIGN_OR_RETURN(result.split, ChooseSplit(index, result.other_splits, asked));
  result.other_splits.erase(std::find(result.other_splits.begin(), result.other_splits.end(), result.split));
  return result;
}

// Writes the folder. `run` is empty for a model that no run trained.
absl::StatusOr<EvaluateResult> Finish(const MergedPredictions& evaluated, const DatasetIndex& index, const Experiment& experiment,
                                      const RunReport& run, EvaluationReport report, EvaluateResult result) {
  const PredictionTable& predictions = evaluated.merged;
  report.set_split(std::string(SplitName(result.split)));
  report.set_samples(predictions.size());
  if (!evaluated.views.empty()) report.set_views(static_cast<int>(evaluated.views.size()));
  const std::vector<std::string> extra_metrics = ExtraMetricNames(experiment.evaluation().metrics());
  Evaluation evaluation{report, predictions, index, evaluated.views, extra_metrics};
  // The temperature is one of predictions that merge as many views as the run's own.
  const bool is_alike = report.reported_checkpoint() && report.views() == run.views();
  if (run.has_calibration() && is_alike) evaluation.temperature = run.calibration().temperature();
  MICA_RETURN_IF_ERROR(WriteEvaluation(result.folder, evaluation));
  result.samples = predictions.size();
  result.has_views = !evaluated.views.empty();
  result.final_table = FinalTable(ResultsOf(result.split, predictions, index, run, extra_metrics));
  return result;
}

}  // namespace

absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split, const DatasetIndex& index) {
  const RunRecord& run = trained.run;
  const Checkpoint& checkpoint = trained.checkpoint;
  MICA_RETURN_IF_ERROR(RequireSameClasses(checkpoint, index.classes.names()));
  MICA_RETURN_IF_ERROR(RequireSameData(run, index));
  MICA_ASSIGN_OR_RETURN(EvaluateResult result, PlanEvaluation(index, split));
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<BatchSource> batches, EvaluationBatches(trained.experiment, index, result.split));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModel(trained.experiment, batches->image_shape(), index.classes.size()));
  MICA_RETURN_IF_ERROR(LoadWeights(checkpoint.model().arrays, checkpoint.model().path, WeightsOf(*model.classifier)).status());
  MICA_ASSIGN_OR_RETURN(const MergedPredictions evaluated, PredictionsOf(trained.experiment, index, result.split, *batches, model));

  EvaluationReport report = Describe(run, checkpoint, index, model.device);
  if (!trained.options.set_fragment.empty()) report.set_set(trained.options.set_fragment);
  for (const std::string& difference : Differences(run.report, report)) {
    trained.Warn(difference);
    report.add_warning(difference);
  }
  for (const std::string& warning : trained.warnings) report.add_warning(warning);
  for (const std::string& warning : index.warnings) {
    trained.Warn(warning);
    report.add_warning(warning);
  }
  result.folder = absl::StrCat(run.folder, "/evaluations/", SplitName(result.split), report.reported_checkpoint() ? "" : "-",
                               report.reported_checkpoint() ? "" : checkpoint.name);
  result.weights = absl::StrCat("checkpoint ", checkpoint.name, " (", trained.why_checkpoint, ")");
  return Finish(evaluated, index, trained.experiment, run.report, std::move(report), std::move(result));
}

absl::StatusOr<EvaluateResult> EvaluateInitial(const InitialEvaluation& evaluation, std::optional<Split> split, const DatasetIndex& index) {
  const Experiment& experiment = evaluation.experiment;
  MICA_ASSIGN_OR_RETURN(EvaluateResult result, PlanEvaluation(index, split));
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<BatchSource> batches, EvaluationBatches(experiment, index, result.split));
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(experiment, batches->image_shape(), index.classes.size()));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModel(experiment, inferred));
  MICA_ASSIGN_OR_RETURN(const InitialWeights weights, LoadInitialWeights(experiment.model(), inferred, *model.classifier));
  MICA_ASSIGN_OR_RETURN(const MergedPredictions evaluated, PredictionsOf(experiment, index, result.split, *batches, model));

  EvaluationReport report = DescribeHere(index, model.device);
  report.set_experiment(experiment.name());
  report.set_weights_fingerprint(weights.fingerprint);
  report.set_weights_file(weights.path);
  if (!evaluation.set_fragment.empty()) report.set_set(evaluation.set_fragment);
  for (const std::string& warning : evaluation.warnings) report.add_warning(warning);
  for (const std::string& warning : index.warnings) report.add_warning(warning);
  constexpr size_t kShownDigits = 8;
  result.folder = absl::StrCat(evaluation.output_dir, "/", experiment.name(), "/", SplitName(result.split), "-",
                               weights.fingerprint.substr(0, kShownDigits));
  result.weights = absl::StrCat("weights of ", weights.path, " (", WeightReportLine(weights.report), ")");
  return Finish(evaluated, index, experiment, RunReport(), std::move(report), std::move(result));
}

}  // namespace mica
