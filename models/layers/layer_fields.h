// Checks of one layer's fields as written: which are required, their ranges. What a layer holds and
// how lists of them fit together is for layer_validation.h.
//   ValidateLayerFields(layer, "model.sequential.layer[3]", &problems);
#ifndef MICA_MODELS_LAYERS_LAYER_FIELDS_H_
#define MICA_MODELS_LAYERS_LAYER_FIELDS_H_

#include <string>

#include "base/config/config_problems.h"
#include "models/layers/layer.pb.h"

namespace mica {

// `path` is that of the layer. A layer without a kind is an error; a container has nothing to check.
void ValidateLayerFields(const LayerConfig& layer, const std::string& path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_FIELDS_H_
