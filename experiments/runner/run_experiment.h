// Trains an experiment and writes its run folder: the body of `mica train`.
//   MICA_ASSIGN_OR_RETURN(const RunResult result, RunExperiment(loaded, {"/home/me/runs", /*run_name=*/""}, stderr));
//   std::cout << result.final_table;
#ifndef MICA_EXPERIMENTS_RUNNER_RUN_EXPERIMENT_H_
#define MICA_EXPERIMENTS_RUNNER_RUN_EXPERIMENT_H_

#include <cstdio>
#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/load_experiment.h"

namespace mica {

struct RunOptions {
  std::string output_dir;  // absolute
  std::string run_name;    // empty: the time
};

struct RunResult {
  std::string folder;        // absolute
  std::string final_table;   // for people; empty when interrupted
  bool interrupted = false;  // by a signal; the checkpoint is written, exit code 75
};

// Shows progress on `progress`. A failed run leaves its folder with state FAILED and whatever was finished before. Stops after the step in
// which base/stop_signal.h reports a signal.
absl::StatusOr<RunResult> RunExperiment(const LoadedExperiment& loaded, DatasetIndex index, const RunOptions& options, FILE* progress);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_RUN_EXPERIMENT_H_
