// The part of mica that computes, LibTorch and everything that needs it, as one interface.
//   MICA_ASSIGN_OR_RETURN(ComputeAndData loaded, LoadComputeAndData(experiment));
//   … loaded.compute->RunExperiment(experiment, loaded.index, options, stderr);
// It is a shared library beside the binary, libmica_torch.so, because LibTorch takes 0.2 s to load.
// Verbs that do not compute never load it; the others read their data meanwhile
// (docs/adr/0005-torch-is-loaded-late.md). Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_
#define MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/loader/failed_sample.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/config/load_experiment.h"
#include "experiments/experiment.pb.h"
#include "experiments/runner/trained_model.h"

namespace mica {

struct RunOptions {
  std::string output_dir;  // absolute
  std::string run_name;    // empty: the time
};

struct TrainResult {
  std::string folder;         // absolute
  std::string final_table;    // for people; empty if interrupted
  std::string stopped_early;  // by trainer.early_stop: why; empty if not
  bool interrupted = false;   // by a signal; the checkpoint is written, exit code 75

  // Whether there was a test or validation split to report: predictions.csv and the files of
  // classes.
  bool has_reported_split = false;
  bool has_views = false;  // tta.csv
};

struct EvaluateResult {
  std::string folder;  // absolute
  Split split = Split::kTest;
  int64_t samples = 0;
  std::vector<Split> other_splits;  // those that have labels
  std::string checkpoint;           // "step-000001875"
  std::string why_checkpoint;       // "the one that the run reports"
  std::string final_table;          // for people
  bool has_views = false;           // tta.csv
};

struct PredictResult {
  PredictionTable predictions;  // in the order of ids
  std::vector<FailedSample> failed;
  int views = 1;  // preparations of each sample whose probabilities were averaged
};

// Each function is the body of a verb. `index` must be that of the experiment's data set. Errors
// about a field of the experiment carry its place.
class ComputeLibrary {
 public:
  virtual ~ComputeLibrary() = default;

  // Checks whether an experiment could run: builds every stage and trains nothing. Returns one line
  // for people, samples, classes, parameters and steps, and below it the table of the optimizer's
  // groups, if there are any.
  virtual absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) const = 0;

  // Trains and writes a run folder; shows progress on `progress`. A failed run leaves its folder
  // with state FAILED and everything finished before. Stops after the step during which
  // base/stop_signal.h reports a signal.
  virtual absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index, const RunOptions& options,
                                                    FILE* progress) const = 0;

  // Evaluates a checkpoint of a finished run with that run's settings. Writes
  // RUN/evaluations/SPLIT/, or SPLIT-step-000001875/ for a checkpoint that is not the reported one;
  // the run's own files stay as they are. Without a split: test, or validation where there is none.
  // If the data is not the run's, the exit code is 3; if the weights do not fit the model, 4.
  virtual absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split,
                                                     const DatasetIndex& index) const = 0;

  // What a checkpoint says of the samples of a split, prepared as the run's experiment evaluates
  // them. Their labels do not count, and neither do the classes of the index, which may come from
  // anywhere. Samples that cannot be prepared are left out. Writes nothing.
  virtual absl::StatusOr<PredictResult> PredictRun(const TrainedModel& trained, const DatasetIndex& index, Split split) const = 0;
};

struct ComputeAndData {
  const ComputeLibrary* compute;  // lives until the process ends
  DatasetIndex index;
};

// The experiment's data set and decode config must be as OpenDataset requires. Errors of the data
// are OpenDataset's; a library that cannot be loaded is an InstallationError (exit code 69).
absl::StatusOr<ComputeAndData> LoadComputeAndData(const Experiment& experiment);

// Loads the library, or returns the one that is linked in: a program links either
// compute_library_loaded.cc or compute_library_linked.cc.
absl::StatusOr<const ComputeLibrary*> OpenComputeLibrary();

}  // namespace mica

// The library's only symbol for others.
extern "C" const mica::ComputeLibrary* MicaComputeLibrary();

#endif  // MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_
