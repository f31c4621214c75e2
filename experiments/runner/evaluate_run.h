// Evaluates a checkpoint of a run that is over, on the data and with the settings of that run: the body of `mica evaluate`.
//   MICA_ASSIGN_OR_RETURN(const EvaluateResult result, EvaluateRun(plan, std::move(index)));
//   std::cout << result.final_table;
#ifndef MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_
#define MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/evaluation_plan.h"

namespace mica {

struct EvaluateResult {
  std::string folder;  // absolute
  Split split = Split::kTest;
  int64_t samples = 0;
  std::vector<Split> other_splits;  // that have samples
  std::string checkpoint;           // "step-000001875"
  std::string why_checkpoint;       // "the one that the run reports"
  std::string final_table;          // for people
};

// `index` is that of the plan's data set. Writes RUN/evaluations/SPLIT/, for another checkpoint than the reported one
// SPLIT-step-000001875/; the run's own files stay as they are. Data that is not the run's ends with exit code 3, weights that do not fit
// the model with 4.
absl::StatusOr<EvaluateResult> EvaluateRun(const EvaluationPlan& plan, DatasetIndex index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_EVALUATE_RUN_H_
