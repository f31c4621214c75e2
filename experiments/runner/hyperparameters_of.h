// What was chosen in an experiment, for TensorBoard's table of runs.
//   file->AddHparamsSession(HyperparametersOf(experiment), start_time);
#ifndef MICA_EXPERIMENTS_RUNNER_HYPERPARAMETERS_OF_H_
#define MICA_EXPERIMENTS_RUNNER_HYPERPARAMETERS_OF_H_

#include <vector>

#include "experiments/experiment.pb.h"
#include "viz/tensorboard/hyperparameters.h"

namespace mica {

// The fields and choices that differ from the schema's defaults, by their paths: numbers, booleans and
// words. Neither the name, nor where the data are, nor lists. `experiment` has its defaults.
std::vector<Hyperparameter> HyperparametersOf(const Experiment& experiment);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_HYPERPARAMETERS_OF_H_
