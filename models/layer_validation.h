// Checks of a list of layers as it was written, before anything is known of the images that go in (that is layer_shapes.h).
//   ValidateLayers(config.layer(), "model.sequential", &problems);
#ifndef MICA_MODELS_LAYER_VALIDATION_H_
#define MICA_MODELS_LAYER_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config_problems.h"
#include "models/layer_shapes.h"

namespace mica {

// Ranges, names, nesting, empty lists. `path` is that of the message that holds the list.
void ValidateLayers(const LayerList& layers, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_LAYER_VALIDATION_H_
