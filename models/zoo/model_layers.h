// Every model as a list of layers, from which its shapes, its counts and the network itself follow.
//   MICA_ASSIGN_OR_RETURN(const InferredModel model, InferModel(config, {/*channels=*/1, 28, 28}, /*num_classes=*/10));
//   TotalOf(model.layers).parameters == 7740
// Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_MODEL_LAYERS_H_
#define MICA_MODELS_ZOO_MODEL_LAYERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "models/layers/layer_shapes.h"
#include "models/model.pb.h"

namespace mica {

// The same model written as `sequential`, with the same tensor names. Its initialisation is that of
// the published network, then what the config says; its initial_weights are the config's. A config
// without a kind is a config error.
absl::StatusOr<ModelConfig> AsLayers(const ModelConfig& config);

// A model as a list of layers, and what images of one shape become in each of them.
struct InferredModel {
  SequentialConfig config;
  InitialisationConfig initialisation;  // the network's rules, then the user's
  std::vector<InferredLayer> layers;    // [config.layer]
};

// The layers of AsLayers for images of this shape. `config` is valid (ValidateModelConfig).
// Config errors (exit code 2) as of InferLayers and CheckInitialisation; a model of the zoo that
// needs larger images says which.
absl::StatusOr<InferredModel> InferModel(const ModelConfig& config, const LayerShape& input, int num_classes);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_MODEL_LAYERS_H_
