// Which rule of an initialisation decides how each tensor of a model begins. Torch-free,
// thread-safe.
//   for (const InitialTensor& initial : PlanInitialisation(config, inferred.layers)) …
#ifndef MICA_MODELS_INITIALISATION_INITIALISATION_PLAN_H_
#define MICA_MODELS_INITIALISATION_INITIALISATION_PLAN_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/initialisation/initialisation.pb.h"
#include "models/layers/layer_shapes.h"

namespace mica {

struct InitialTensor {
  const LayerTensor* tensor;
  const InitialisationRuleConfig* rule;  // null: the tensor stays as its layer drew it
  bool zero_gamma = false;               // it is set to 0 after that
};

// What `config` says of every tensor that is trained, in the order of the layers. The results point
// into `config` and `layers`.
std::vector<InitialTensor> PlanInitialisation(const InitialisationConfig& config, absl::Span<const InferredLayer> layers);

// Whether a valid `config` fits the model. A config error has a line for each rule that covers no
// tensor, each pattern that adds none to it, each rule that needs inputs and outputs of a tensor
// that has none, and zero_gamma without a residual for it. `path` is where `config` stands.
absl::Status CheckInitialisation(const InitialisationConfig& config, absl::string_view path, absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_MODELS_INITIALISATION_INITIALISATION_PLAN_H_
