// Checks of a list of layers as written, before the images are known (layer_shapes.h).
//   ValidateLayers(config.layer(), "model.sequential", &problems);
#ifndef MICA_MODELS_LAYERS_LAYER_VALIDATION_H_
#define MICA_MODELS_LAYERS_LAYER_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// Checks fields, names, nesting and empty lists. `path` is that of the message with the list.
void ValidateLayers(const LayerList& layers, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_VALIDATION_H_
