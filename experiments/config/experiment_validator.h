// Finds everything that can be wrong with an experiment before its data is opened: each stage's own
// checks and the rules between stages.
//   ConfigProblems problems;
//   ValidateExperiment(draft.experiment, &problems);
#ifndef MICA_EXPERIMENTS_CONFIG_EXPERIMENT_VALIDATOR_H_
#define MICA_EXPERIMENTS_CONFIG_EXPERIMENT_VALIDATOR_H_

#include "base/config/config_problems.h"
#include "experiments/experiment.pb.h"

namespace mica {

// Collects errors (the run is impossible) and warnings (it is possible but probably not meant).
void ValidateExperiment(const Experiment& experiment, ConfigProblems* problems);

// Its name and its data alone, for who trains nothing.
void ValidateData(const Experiment& experiment, ConfigProblems* problems);

// The same, and how its pictures become batches.
void ValidateBatches(const Experiment& experiment, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_CONFIG_EXPERIMENT_VALIDATOR_H_
