// Whether the layers of a list, and of those within it, have names that can be told apart.
//   ValidateLayerNames(config.layer(), "model.sequential", &problems);
#ifndef MICA_MODELS_LAYERS_LAYER_NAMES_H_
#define MICA_MODELS_LAYERS_LAYER_NAMES_H_

#include <string>

#include "base/config/config_problems.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// Layers whose tensors are called after the same prefix must differ: those of one list with those
// that its containers of the name "" hold, both lists of a residual, all branches of a concat.
void ValidateLayerNames(const LayerList& layers, const std::string& path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_NAMES_H_
