// The layer whose outputs stand for pictures (`mica embed`), and the one that is asked where a
// network looks (`mica probe --grad_cam`): as named, or else the usual one.
//   MICA_ASSIGN_OR_RETURN(const ChosenLayer chosen,
//                         ChooseFeatureLayer(model.layers, /*name=*/"", "runs/x/a"));
//   chosen.layer->name == "avgpool", chosen.why == "what the last linear layer, fc, works on"
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_CHOSEN_LAYER_H_
#define MICA_EXPERIMENTS_SUMMARY_CHOSEN_LAYER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/layers/layer_shape.h"
#include "models/layers/layer_shapes.h"

namespace mica {

struct ChosenLayer {
  const InferredLayer* layer;  // borrowed from `layers`
  std::string why;             // for people: "as named"
};

// The layer called `name`; if that is empty, the one whose output is the input of the last linear
// layer, or convolution where one makes the logits. Layers in residuals and concats do not count.
// A FlagError if there is no such layer; `model` is what messages call it.
absl::StatusOr<ChosenLayer> ChooseFeatureLayer(absl::Span<const InferredLayer> layers, absl::string_view name, absl::string_view model);

// Outputs of up to so many numbers are taken whole, place by place; of larger ones the mean
// over all places, pixels or tokens. Flat outputs are always whole.
inline constexpr int64_t kMostFlattened = 1024;

// Whether ChooseFeatureLayer's layer gives means, and how many numbers a sample has.
bool IsAveraged(const LayerShape& output);
int64_t FeatureColumns(const LayerShape& output);

// The layer called `name`; if that is empty, the last whose output has the form of a picture of
// more than one pixel; with attention over tokens instead the layer before the last attention, as
// later tokens hardly count. A FlagError says of a layer whose output has no places, or of a model
// that has none, what would do. `image` is the shape of the images.
absl::StatusOr<ChosenLayer> ChooseHeatLayer(absl::Span<const InferredLayer> layers, const LayerShape& image, absl::string_view name,
                                            absl::string_view model);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_CHOSEN_LAYER_H_
