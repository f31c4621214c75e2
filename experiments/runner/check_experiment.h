// Says whether an experiment could run: the body of `mica check`.
#ifndef MICA_EXPERIMENTS_RUNNER_CHECK_EXPERIMENT_H_
#define MICA_EXPERIMENTS_RUNNER_CHECK_EXPERIMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/load_experiment.h"

namespace mica {

// Builds every stage and trains nothing. One line for people: samples, classes, parameters, steps. Errors are those of the run, each with
// its place in the experiment where it has one.
absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, DatasetIndex index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_CHECK_EXPERIMENT_H_
