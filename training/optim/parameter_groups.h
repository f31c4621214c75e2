// Which parameters of a model train alike, and which do not train: optimizer.group, layer_decay and
// decay_norms_and_biases, worked out for the parameters of a model. FlatParameters lays them out so.
//   MICA_ASSIGN_OR_RETURN(const ParameterPlan plan,
//                         PlanParameters(config, parameters, /*steps_per_epoch=*/1875));
//   plan.groups[1].first_step == 5625  // freeze { epochs: 3 }
// parameter_coverage.h shows a plan. Torch-free, thread-safe.
#ifndef MICA_TRAINING_OPTIM_PARAMETER_GROUPS_H_
#define MICA_TRAINING_OPTIM_PARAMETER_GROUPS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

// A parameter, as far as its group depends on it.
struct ModelParameter {
  std::string name;        // "layer1.0.bn1.weight"
  int64_t size = 0;        // numbers in it
  bool is_weight = true;   // multiplies inputs; false for norms, biases and embeddings
  int part = 0;            // of the model, from its input on; what layer_decay counts
  std::string batch_norm;  // the layer's name, if it is a batch norm: "layer1.0.bn1"
};

constexpr int64_t kNeverTrains = std::numeric_limits<int64_t>::max();

// Parameters that are trained alike.
struct PlannedGroup {
  // That of the config's group. Where layer_decay or decay_norms_and_biases divides that, with
  // "/part_3" and "/no_decay". Without groups in the config those alone, or empty.
  std::string name;
  double learning_rate_factor = 1;     // times the run's learning rate
  std::optional<double> weight_decay;  // none: the optimizer's

  // Of the run, from 0. Before it the parameters are frozen; the optimizer counts its updates from
  // there. kNeverTrains: frozen for good.
  int64_t first_step = 0;

  std::vector<std::string> parameters;  // their names, in the order of the model
  int64_t size = 0;                     // numbers in them
  int config_group = -1;                // index in optimizer.group; -1 without groups
};

// A batch norm that normalises by its running statistics while its parameters are frozen.
struct FixedBatchNorm {
  std::string layer;
  int64_t until_step = kNeverTrains;
};

struct ParameterPlan {
  std::vector<PlannedGroup> groups;  // each parameter is in exactly one
  std::vector<FixedBatchNorm> fixed_batch_norms;
};

// `config` is valid (ValidateOptimizerConfig); `parameters` are all of the model, in its order.
// Without groups and with the defaults of layer_decay and decay_norms_and_biases there is one group
// of all. Config errors (exit code 2) name the pattern that covers nothing, parameters in two groups
// or in none, and a rate that layer_decay makes 0.
absl::StatusOr<ParameterPlan> PlanParameters(const OptimizerConfig& config, absl::Span<const ModelParameter> parameters,
                                             int64_t steps_per_epoch);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_PARAMETER_GROUPS_H_
