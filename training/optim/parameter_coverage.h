// What a plan of parameter groups (parameter_groups.h) means, for people: who is in which group, at
// which rate and decay, and what is frozen.
//   group       tensors  parameters  learning rate  weight decay  trains
//   features         10     2469696         1e-06             0  always
//   classifier        6    54542338         0.001             0  always
// Torch-free, thread-safe.
#ifndef MICA_TRAINING_OPTIM_PARAMETER_COVERAGE_H_
#define MICA_TRAINING_OPTIM_PARAMETER_COVERAGE_H_

#include <string>
#include <vector>

#include "training/optim/parameter_groups.h"

namespace mica {

// A table with a row for each group of the config, lines ending with LF; "" if the config has none
// and all parameters train alike. Rates are those before the schedule's factor, "1e-05 to 0.001" where layer_decay
// makes several.
std::string CoverageTable(const OptimizerConfig& config, const ParameterPlan& plan);

// The same as lines of a log: "group name=fc tensors=2 parameters=1026 learning_rate=0.001 …".
std::vector<std::string> CoverageLog(const OptimizerConfig& config, const ParameterPlan& plan);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_PARAMETER_COVERAGE_H_
