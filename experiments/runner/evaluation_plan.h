// What a `mica evaluate` is to do, found and checked as far as that goes without data and model.
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
  std::optional<Split> split;                        // none: the one that the run reports, else test, else validation
  std::string checkpoint;                            // as FindCheckpoint takes it; empty: the one that the run reports
  std::string set_fragment;                          // laid over the run's experiment: dataset, device and evaluation alone
  std::string user_folder;                           // its relative paths begin there
  std::function<void(absl::string_view)> warn = {};  // told as it happens
};

struct EvaluationPlan {
  EvaluateOptions options;
  RunRecord run;
  Experiment experiment;  // the run's own, with the fragment over it
  Checkpoint checkpoint;
  std::string why_checkpoint;         // "the one that the run reports"
  std::vector<std::string> warnings;  // of the checkpoint; told already

  void Warn(absl::string_view warning) const {
    if (options.warn) options.warn(warning);
  }
};

// `run_folder` is absolute. A broken run folder ends with exit code 3, a checkpoint that cannot be used with 4; another one never takes its
// place.
absl::StatusOr<EvaluationPlan> PlanEvaluation(const std::string& run_folder, const EvaluateOptions& options);

// Errors of the data get the hint that it may lie elsewhere now, the others stay as they are.
absl::Status WithMovedDataHint(const absl::Status& error);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_EVALUATION_PLAN_H_
