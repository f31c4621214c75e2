// Draws a model's first weights by rules.
//   at::manual_seed(seed);
//   …  // make the model
//   MICA_RETURN_IF_ERROR(Initialise(config, inferred.layers, model.get()));
#ifndef MICA_MODELS_INITIALISATION_INITIALISE_H_
#define MICA_MODELS_INITIALISATION_INITIALISE_H_

#include <torch/nn/module.h>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "models/initialisation/initialisation.pb.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// Changes in place what PlanInitialisation gives a rule or a zero gamma, in that order, and no
// other tensor. Draws from torch's generator, and nothing from it where no rule draws. Each kind
// draws what PyTorch's function in nn.init does under the same seed, but that no value of a
// truncated normal lies beyond 5.5 standard deviations (in PyTorch one in 2^24 is a bound, however
// far). `config` fits the model (CheckInitialisation), and `layers` are the model's.
absl::Status Initialise(const InitialisationConfig& config, absl::Span<const InferredLayer> layers, torch::nn::Module* model);

}  // namespace mica

#endif  // MICA_MODELS_INITIALISATION_INITIALISE_H_
