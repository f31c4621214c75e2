#include "experiments/runner/evaluate_run.h"

#include <ATen/Parallel.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/csv_reader.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "eval/metrics/baselines.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/evaluation_folder.h"
#include "eval/report/final_table.h"
#include "eval/report/run_record.h"
#include "eval/report/run_tables.h"
#include "experiments/runner/device.h"
#include "experiments/runner/environment.h"
#include "experiments/runner/load_experiment.h"
#include "experiments/runner/stages.h"
#include "models/load_weights.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {
namespace {

constexpr char kMovedData[] = "; if the data lies elsewhere now, say where with --set='dataset { … }'";

// A fragment may say where the data is and where to compute. Anything else would make it another run's numbers.
absl::Status RequireSameRun(Experiment own, Experiment changed) {
  for (Experiment* const experiment : {&own, &changed}) {
    experiment->clear_dataset();
    experiment->clear_device();
    experiment->clear_evaluation();
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(own, changed)) return absl::OkStatus();
  const std::vector<std::string> lines = absl::StrSplit(differences, '\n', absl::SkipEmpty());
  return ConfigError(absl::StrCat("--set may change dataset, device and evaluation alone, for the rest is what was trained; ", lines[0]));
}

absl::StatusOr<Experiment> ExperimentOf(const RunRecord& run, const EvaluateOptions& options) {
  const std::string path = absl::StrCat(run.folder, "/experiment.textproto");
  MICA_ASSIGN_OR_RETURN(LoadedExperiment own, LoadExperiment(path, path, "", options.user_folder));
  if (options.set_fragment.empty()) return std::move(own.experiment);
  MICA_ASSIGN_OR_RETURN(LoadedExperiment changed, LoadExperiment(path, path, options.set_fragment, options.user_folder));
  MICA_RETURN_IF_ERROR(RequireSameRun(own.experiment, changed.experiment));
  return std::move(changed.experiment);
}

struct Wanted {
  std::string checkpoint;
  std::string why;
};

Wanted WantedCheckpoint(const RunRecord& run, const std::string& asked) {
  if (!asked.empty()) return {asked, "as asked for"};
  if (run.report.has_reported_checkpoint()) return {run.report.reported_checkpoint(), "the one that the run reports"};
  const std::string because = absl::StrCat(", for the run is ", RunReport::State_Name(run.state), " and reports none");
  std::error_code error;
  const bool has_best = std::filesystem::exists(absl::StrCat(run.folder, "/checkpoints/best"), error);
  return has_best ? Wanted{"best", absl::StrCat("the best", because)} : Wanted{"latest", absl::StrCat("the latest", because)};
}

// The data must be the run's, to the byte and to the split.
absl::Status RequireSameData(const RunRecord& run, const DatasetIndex& index) {
  if (index.fingerprint != run.report.dataset_fingerprint()) {
    return DataError(absl::StrCat("the data is not what the run was trained on: fingerprint ", index.fingerprint, " here, ",
                                  run.report.dataset_fingerprint(), " in ", run.folder, "/run.textproto", kMovedData));
  }
  const std::string path = absl::StrCat(run.folder, "/class_map.csv");
  MICA_ASSIGN_OR_RETURN(const std::string class_map, ReadFile(path, kMostCsvBytes));
  if (class_map == ClassMapCsv(index)) return absl::OkStatus();
  return DataError(absl::StrCat(path, ": the run's splits have other samples than those here; leave what divides the data as it was"));
}

absl::StatusOr<std::unique_ptr<ModelAndData>> BuildFor(const Experiment& experiment) {
  absl::StatusOr<std::unique_ptr<ModelAndData>> built = BuildModelAndData(experiment);
  if (built.ok() || ExitCodeOf(built.status()) != ExitCode::kData) return built;
  return WithMessage(built.status(), absl::StrCat(built.status().message(), kMovedData));
}

std::vector<Split> SplitsWithSamples(const DatasetIndex& index) {
  std::vector<Split> splits;
  for (const Split split : kSplits) {
    if (!index.RecordsOf(split).empty()) splits.push_back(split);
  }
  return splits;
}

bool Contains(const std::vector<Split>& splits, Split split) {
  return std::find(splits.begin(), splits.end(), split) != splits.end();
}

absl::StatusOr<Split> ChooseSplit(const std::vector<Split>& splits, std::optional<Split> asked) {
  const auto append = [](std::string* text, Split split) { absl::StrAppend(text, SplitName(split)); };
  if (asked.has_value()) {
    if (Contains(splits, *asked)) return *asked;
    return FlagError(
        absl::StrCat("--split=", SplitName(*asked), ": the data has no such samples; it has ", absl::StrJoin(splits, ", ", append)));
  }
  for (const Split split : {Split::kTest, Split::kValidation}) {  // as a run chooses the split that it reports
    if (Contains(splits, split)) return split;
  }
  return FlagError("the data has neither a test nor a validation split; ask for --split=train");
}

// In what the numbers may differ from the run's own by more than nothing.
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

EvaluationReport Describe(const RunRecord& run, const Checkpoint& checkpoint, const ModelAndData& stages) {
  EvaluationReport report;
  report.set_experiment(run.report.experiment());
  report.set_run(run.report.run());
  report.set_checkpoint(checkpoint.name);
  report.set_step(checkpoint.manifest.step());
  report.set_epoch(checkpoint.manifest.epoch());
  report.set_reported_checkpoint(checkpoint.name == run.report.reported_checkpoint());
  report.set_weights_fingerprint(checkpoint.fingerprint);
  report.set_dataset_fingerprint(stages.index.fingerprint);
  report.set_class_map_fingerprint(stages.index.classes.fingerprint());
  report.set_experiment_fingerprint(run.report.experiment_fingerprint());
  report.set_mica_version(kVersion);
  report.set_libtorch_version(LibTorchVersion());
  report.set_host(HostName());
  report.set_device(DeviceName(stages.device));
  report.set_cpu_threads(at::get_num_threads());
  report.set_evaluated(UtcNow());
  return report;
}

FinalResults ResultsOf(Split split, const PredictionTable& predictions, const ModelAndData& stages, const RunReport& run) {
  FinalResults results;
  (split == Split::kTrain ? results.train : split == Split::kValidation ? results.validation : results.test) = ComputeMetrics(predictions);
  const ConfusionMatrix matrix(predictions);
  results.baselines = ComputeBaselines(matrix.Supports(), stages.index.classes.names());
  results.empty_classes = matrix.EmptyClasses();
  results.test_seen_each_epoch = split == Split::kTest && run.test_seen_each_epoch();
  return results;
}

}  // namespace

absl::StatusOr<EvaluateResult> EvaluateRun(const std::string& run_folder, const EvaluateOptions& options) {
  const auto warn = [&](absl::string_view warning) {
    if (options.warn) options.warn(warning);
  };
  MICA_ASSIGN_OR_RETURN(const RunRecord run, ReadRunRecord(run_folder));
  MICA_ASSIGN_OR_RETURN(const Experiment experiment, ExperimentOf(run, options));
  const Wanted wanted = WantedCheckpoint(run, options.checkpoint);
  MICA_ASSIGN_OR_RETURN(const FoundCheckpoint found, FindCheckpoint(absl::StrCat(run.folder, "/checkpoints"), wanted.checkpoint,
                                                                    "; take one of them with --checkpoint=NAME"));
  for (const std::string& warning : found.warnings) warn(warning);
  const Checkpoint& checkpoint = found.checkpoint;
  if (checkpoint.manifest.experiment_fingerprint() != run.report.experiment_fingerprint()) {
    warn(absl::StrCat(run.folder, "/checkpoints/", checkpoint.name, ": was saved by another experiment (xxh3 ",
                      checkpoint.manifest.experiment_fingerprint(), ") than the run's (", run.report.experiment_fingerprint(), ")"));
  }

  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<ModelAndData> stages, BuildFor(experiment));
  MICA_RETURN_IF_ERROR(RequireSameClasses(checkpoint, stages->index.classes.names()));
  MICA_RETURN_IF_ERROR(RequireSameData(run, stages->index));
  MICA_RETURN_IF_ERROR(LoadWeights(checkpoint.model.arrays, checkpoint.model.path, WeightsOf(*stages->model)).status());

  EvaluateResult result;
  result.other_splits = SplitsWithSamples(stages->index);
  MICA_ASSIGN_OR_RETURN(result.split, ChooseSplit(result.other_splits, options.split));
  result.other_splits.erase(std::find(result.other_splits.begin(), result.other_splits.end(), result.split));
  const std::unique_ptr<BatchSource> batches = stages->EvaluationBatches(result.split, experiment.evaluation());
  MICA_ASSIGN_OR_RETURN(const PredictionTable predictions, stages->Predict(*batches));

  EvaluationReport report = Describe(run, checkpoint, *stages);
  report.set_split(std::string(SplitName(result.split)));
  report.set_samples(predictions.size());
  if (!options.set_fragment.empty()) report.set_set(options.set_fragment);
  for (const std::string& difference : Differences(run.report, report)) {
    warn(difference);
    report.add_warning(difference);
  }
  for (const std::string& warning : found.warnings) report.add_warning(warning);
  result.folder = absl::StrCat(run.folder, "/evaluations/", report.split(), report.reported_checkpoint() ? "" : "-",
                               report.reported_checkpoint() ? "" : checkpoint.name);
  MICA_RETURN_IF_ERROR(WriteEvaluation(result.folder, {report, predictions, stages->index}));
  result.samples = predictions.size();
  result.checkpoint = checkpoint.name;
  result.why_checkpoint = wanted.why;
  result.final_table = FinalTable(ResultsOf(result.split, predictions, *stages, run.report));
  return result;
}

}  // namespace mica
