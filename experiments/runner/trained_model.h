// What a run trained, as far as it can be found and checked without data and LibTorch: what `mica
// evaluate` and `mica predict` begin with.
//   TrainedModelOptions options;
//   options.checkpoint = "best";
//   MICA_ASSIGN_OR_RETURN(const TrainedModel model, FindTrainedModel("/runs/x/a", options));
// Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_TRAINED_MODEL_H_
#define MICA_EXPERIMENTS_RUNNER_TRAINED_MODEL_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eval/report/run_record.h"
#include "experiments/experiment.pb.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {

struct TrainedModelOptions {
  // As FindCheckpoint takes it. Empty: the one that the run reports.
  std::string checkpoint;

  // Overrides parts of the run's experiment: dataset, device and evaluation, nothing else.
  std::string set_fragment;
  std::string user_folder;                           // relative paths in the fragment start here
  std::function<void(absl::string_view)> warn = {};  // called at once for each warning
};

struct TrainedModel {
  TrainedModelOptions options;
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
absl::StatusOr<TrainedModel> FindTrainedModel(const std::string& run_folder, const TrainedModelOptions& options);

// Adds to errors of the data the hint that it may lie elsewhere now. Other errors stay as they are.
absl::Status WithMovedDataHint(const absl::Status& error);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_TRAINED_MODEL_H_
