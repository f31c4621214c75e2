// What a `mica evaluate` will do, as far as it can be found and checked without data and model.
//   EvaluateOptions options;
//   options.split = Split::kValidation;
//   MICA_ASSIGN_OR_RETURN(const EvaluationPlan plan, PlanEvaluation("/home/me/runs/x/a", options));
// Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_EVALUATION_PLAN_H_
#define MICA_EXPERIMENTS_RUNNER_EVALUATION_PLAN_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/index/dataset_index.h"
#include "eval/report/run_record.h"
#include "experiments/experiment.pb.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {

struct EvaluateOptions {
  // None: the split that the run reports, else test, else validation.
  std::optional<Split> split;

  // As FindCheckpoint takes it. Empty: the one that the run reports.
  std::string checkpoint;

  // Overrides parts of the run's experiment: dataset, device and evaluation, nothing else.
  std::string set_fragment;
  std::string user_folder;                           // relative paths in the fragment start here
  std::function<void(absl::string_view)> warn = {};  // called at once for each warning
};

struct EvaluationPlan {
  EvaluateOptions options;
  RunRecord run;
  Experiment experiment;  // the run's own, overridden by the fragment
  Checkpoint checkpoint;
  std::string why_checkpoint;         // "the one that the run reports"
  std::vector<std::string> warnings;  // about the checkpoint; passed to `warn` already

  void Warn(absl::string_view warning) const {
    if (options.warn) options.warn(warning);
  }
};

// `run_folder` must be absolute. A broken run folder ends with exit code 3, a checkpoint that
// cannot be used with 4; no other checkpoint takes its place.
absl::StatusOr<EvaluationPlan> PlanEvaluation(const std::string& run_folder, const EvaluateOptions& options);

// Adds to errors of the data the hint that it may lie elsewhere now. Other errors stay as they are.
absl::Status WithMovedDataHint(const absl::Status& error);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_EVALUATION_PLAN_H_
