// The rate that a schedule's factors multiply. Torch-free.
#ifndef MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_
#define MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_

#include "training/optim/optimizer.pb.h"

namespace mica {

// learning_rate of the arm that is set; 0 if none is.
double BaseLearningRate(const OptimizerConfig& config);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_BASE_LEARNING_RATE_H_
