// How many values training keeps of one image from the forward to the backward pass: what takes the
// memory of a training with large batches.
//   const std::vector<int64_t> kept = KeptValues(model.config.layer(), model.layers);
// A lower bound: it counts what any way of computing must keep, an array once though several layers
// need it, and takes for granted that activations and sums replace their input where nothing else
// needs it. Torch-free, thread-safe.
#ifndef MICA_MODELS_LAYERS_KEPT_VALUES_H_
#define MICA_MODELS_LAYERS_KEPT_VALUES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// f32 values for one image; entry i is what LeavesOf(layers)[i] adds to those of the layers before
// it. `layers` is what InferLayers made of `list`.
std::vector<int64_t> KeptValues(const LayerList& list, absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_KEPT_VALUES_H_
