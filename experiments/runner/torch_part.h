// The part of mica that computes, a shared library beside the binary: LibTorch and everything that needs it. LibTorch takes 0.2 s to load,
// so only verbs that compute load it, and they read their data meanwhile (docs/adr/0005-torch-is-loaded-late.md).
//   MICA_ASSIGN_OR_RETURN(TorchAndData loaded, LoadTorchAndData(experiment.dataset()));
//   … loaded.torch->run_experiment(experiment, std::move(loaded.index), options, stderr);
// Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_TORCH_PART_H_
#define MICA_EXPERIMENTS_RUNNER_TORCH_PART_H_

#include "absl/status/statusor.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/check_experiment.h"
#include "experiments/runner/evaluate_run.h"
#include "experiments/runner/run_experiment.h"

namespace mica {

struct TorchPart {
  decltype(&CheckExperiment) check_experiment;
  decltype(&EvaluateRun) evaluate_run;
  decltype(&RunExperiment) run_experiment;
};

struct TorchAndData {
  const TorchPart* torch;  // stays loaded until the process ends
  DatasetIndex index;
};

// `config` as BuildDatasetIndex wants it. Errors of the data are BuildDatasetIndex's; a library that cannot be loaded is an internal one.
absl::StatusOr<TorchAndData> LoadTorchAndData(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_TORCH_PART_H_
