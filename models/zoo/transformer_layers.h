// Layers that transformers and their like share. Torch-free.
#ifndef MICA_MODELS_ZOO_TRANSFORMER_LAYERS_H_
#define MICA_MODELS_ZOO_TRANSFORMER_LAYERS_H_

#include "absl/strings/string_view.h"
#include "models/zoo/layer_writer.h"

namespace mica {

// Each square of pixels becomes one pixel of `channels` values.
void AddPatches(absl::string_view name, int channels, int side_px, LayerWriter* layers);

void AddLayerNorm(absl::string_view name, double epsilon, LayerWriter* layers);

// Returns the layer, to be changed where it is special.
LinearLayerConfig* AddLinearOfPixels(absl::string_view name, int outputs, LayerWriter* layers);

// A dropout, unless its probability is 0.
void AddDropout(absl::string_view name, double probability, LayerWriter* layers);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_TRANSFORMER_LAYERS_H_
