// The parameters of a model, as the optimizer's groups see them. Torch-free, thread-safe.
//   MICA_ASSIGN_OR_RETURN(const ParameterPlan plan,
//                         PlanParameters(experiment.optimizer(), ParametersOf(model.layers), steps));
#ifndef MICA_EXPERIMENTS_RUNNER_MODEL_PARAMETERS_H_
#define MICA_EXPERIMENTS_RUNNER_MODEL_PARAMETERS_H_

#include <vector>

#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"
#include "training/optim/parameter_groups.h"

namespace mica {

// In the order of the layers. A part begins at each residual or concat with parameters, and at each
// layer with weights outside of those; other parameters belong to the part before them.
std::vector<ModelParameter> ParametersOf(absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_MODEL_PARAMETERS_H_
