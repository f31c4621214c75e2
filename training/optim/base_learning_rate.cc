#include "training/optim/base_learning_rate.h"

namespace mica {

double BaseLearningRate(const OptimizerConfig& config) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return config.sgd().learning_rate();
    case OptimizerConfig::kAdam:
      return config.adam().learning_rate();
    case OptimizerConfig::kAdamw:
      return config.adamw().learning_rate();
    case OptimizerConfig::KIND_NOT_SET:
      break;
  }
  return 0;
}

double BaseWeightDecay(const OptimizerConfig& config) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return config.sgd().weight_decay();
    case OptimizerConfig::kAdam:
      return config.adam().weight_decay();
    case OptimizerConfig::kAdamw:
      return config.adamw().weight_decay();
    case OptimizerConfig::KIND_NOT_SET:
      break;
  }
  return 0;
}

}  // namespace mica
