// Every model as a list of layers, from which its shapes, its counts and the network itself follow.
//   MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers, InferModel(config, {/*channels=*/1, 28, 28}, /*num_classes=*/10));
//   TotalOf(layers).parameters == 7740
// Torch-free, thread-safe.
#ifndef MICA_MODELS_MODEL_LAYERS_H_
#define MICA_MODELS_MODEL_LAYERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/image_shape.h"
#include "models/layer_shapes.h"
#include "models/model.pb.h"

namespace mica {

// What the model would be if it were written as `sequential`, with the same names of tensors. No kind is a config error.
absl::StatusOr<SequentialConfig> LayersOfModel(const ModelConfig& config);

// The layers of LayersOfModel for images of this shape. `config` is valid (ValidateModelConfig). Config errors (exit code 2) as of
// InferLayers; a model of the zoo that needs larger images says which.
absl::StatusOr<std::vector<InferredLayer>> InferModel(const ModelConfig& config, const ImageShape& input, int num_classes);

}  // namespace mica

#endif  // MICA_MODELS_MODEL_LAYERS_H_
