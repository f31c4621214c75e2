// Evaluates a checkpoint of a run that is over, on the data and with the settings of that run: the body of `mica evaluate`.
//   EvaluateOptions options;
//   options.split = Split::kValidation;
//   MICA_ASSIGN_OR_RETURN(const EvaluateResult result, EvaluateRun("/home/me/runs/x/a", options));
//   std::cout << result.final_table;
#ifndef MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_
#define MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/index/dataset_index.h"

namespace mica {

struct EvaluateOptions {
  std::optional<Split> split;                        // none: the one that the run reports, else test, else validation
  std::string checkpoint;                            // as FindCheckpoint takes it; empty: the one that the run reports
  std::string set_fragment;                          // laid over the run's experiment: dataset, device and evaluation alone
  std::string user_folder;                           // its relative paths begin there
  std::function<void(absl::string_view)> warn = {};  // told as it happens
};

struct EvaluateResult {
  std::string folder;  // absolute
  Split split = Split::kTest;
  int64_t samples = 0;
  std::vector<Split> other_splits;  // that have samples
  std::string checkpoint;           // "step-000001875"
  std::string why_checkpoint;       // "the one that the run reports"
  std::string final_table;          // for people
};

// `run_folder` is absolute. Writes RUN/evaluations/SPLIT/, for another checkpoint than the reported one SPLIT-step-000001875/; the run's
// own files stay as they are. A broken run folder, or data that is not the run's, ends with exit code 3, a checkpoint that cannot be used
// with 4; another one never takes its place.
absl::StatusOr<EvaluateResult> EvaluateRun(const std::string& run_folder, const EvaluateOptions& options);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_
