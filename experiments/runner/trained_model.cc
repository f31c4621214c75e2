#include "experiments/runner/trained_model.h"

#include <google/protobuf/util/message_differencer.h>

#include <filesystem>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "experiments/config/load_experiment.h"
#include "training/checkpoint/checkpoint_name.h"

namespace mica {
namespace {

// A fragment may say where the data is and where to compute. Any other change would give the
// numbers of another run.
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

absl::StatusOr<Experiment> ExperimentOf(const RunRecord& run, const TrainedModelOptions& options) {
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

absl::StatusOr<Wanted> WantedCheckpoint(const RunRecord& run, const std::string& asked) {
  if (!asked.empty()) return Wanted{asked, "as asked for"};
  if (run.report.has_reported_checkpoint()) {
    const std::string& reported = run.report.reported_checkpoint();
    if (StepOfCheckpoint(reported).has_value()) return Wanted{reported, "the one that the run reports"};
    return DataError(absl::StrCat(run.folder, "/run.textproto: reported_checkpoint \"", absl::Utf8SafeCEscape(reported),
                                  "\" is no name of a checkpoint, expected one like step-000001875; name one with --checkpoint=NAME"));
  }
  const std::string because = absl::StrCat(", for the run is ", RunReport::State_Name(run.state), " and reports none");
  std::error_code error;
  const bool has_best = std::filesystem::exists(absl::StrCat(run.folder, "/checkpoints/best"), error);
  return has_best ? Wanted{"best", absl::StrCat("the best", because)} : Wanted{"latest", absl::StrCat("the latest", because)};
}

}  // namespace

absl::StatusOr<TrainedModel> FindTrainedModel(const std::string& run_folder, const TrainedModelOptions& options) {
  TrainedModel model;
  model.options = options;
  MICA_ASSIGN_OR_RETURN(model.run, ReadRunRecord(run_folder));
  MICA_ASSIGN_OR_RETURN(model.experiment, ExperimentOf(model.run, options));
  MICA_ASSIGN_OR_RETURN(const Wanted wanted, WantedCheckpoint(model.run, options.checkpoint));
  MICA_ASSIGN_OR_RETURN(FoundCheckpoint found, FindCheckpoint(absl::StrCat(model.run.folder, "/checkpoints"), wanted.checkpoint,
                                                              "; take one of them with --checkpoint=NAME"));
  model.checkpoint = std::move(found.checkpoint);
  model.why_checkpoint = wanted.why;
  model.warnings = std::move(found.warnings);
  for (const std::string& warning : model.warnings) model.Warn(warning);
  const std::string& saved_by = model.checkpoint.manifest.experiment_fingerprint();
  if (saved_by != model.run.report.experiment_fingerprint()) {
    model.Warn(absl::StrCat(model.run.folder, "/checkpoints/", model.checkpoint.name, ": was saved by another experiment (xxh3 ", saved_by,
                            ") than the run's (", model.run.report.experiment_fingerprint(), ")"));
  }
  return model;
}

absl::Status WithMovedDataHint(const absl::Status& error) {
  if (error.ok() || ExitCodeOf(error) != ExitCode::kData) return error;
  return WithMessage(error, absl::StrCat(error.message(), "; if the data lies elsewhere now, say where with --set='dataset { … }'"));
}

}  // namespace mica
