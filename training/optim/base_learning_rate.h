// What all groups of parameters share, unless they say otherwise. Torch-free.
#ifndef MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_
#define MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_

#include "training/optim/optimizer.pb.h"

namespace mica {

// learning_rate of the arm that is set, which a schedule's factors multiply; 0 if none is.
double BaseLearningRate(const OptimizerConfig& config);

// weight_decay of the arm that is set; 0 if none is.
double BaseWeightDecay(const OptimizerConfig& config);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_
