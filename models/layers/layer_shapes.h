// The shapes of an image on its way through a list of layers: each layer's output, parameters and
// multiply-adds, computed without building anything.
//   MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers,
//                         InferLayers(config.layer(), "model.sequential",
//                                     {/*channels=*/1, 28, 28}, /*num_classes=*/10));
//   layers[0].output.ToString() == "16x28x28"
// If the layers do not fit each other or the data, the error says where and why. Torch-free,
// thread-safe.
#ifndef MICA_MODELS_LAYERS_LAYER_SHAPES_H_
#define MICA_MODELS_LAYERS_LAYER_SHAPES_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/layers/layer.pb.h"

namespace mica {

using LayerList = google::protobuf::RepeatedPtrField<LayerConfig>;

// Larger models are refused before they take memory. Both limits are 8 GiB as f32.
constexpr int64_t kMaxParameters = int64_t{1} << 31;
constexpr int64_t kMaxActivations = int64_t{1} << 31;  // outputs of all layers for one image

// The shape of one image between two layers.
struct LayerShape {
  int64_t channels = 0;  // in a flat shape: the number of values
  int64_t height_px = 1;
  int64_t width_px = 1;
  bool is_flat = false;

  int64_t pixels() const { return height_px * width_px; }
  int64_t values() const { return channels * pixels(); }
  std::string ToString() const;  // "64x7x7", or "490 values"
};

// The counts of a block include all its layers.
struct InferredLayer {
  std::string name;  // "block_1.4": the prefix of its tensors' names
  std::string kind;  // "max_pool"
  // In messages: "model.sequential.layer[0].block.layer[4].max_pool", or "block_1.4 (max_pool)";
  // see InferLayers.
  std::string place;
  LayerShape input, output;
  int64_t parameters = 0;  // numbers that are trained

  // For one image. A convolution has one for each weight and output pixel, a linear layer one for
  // each weight. Biases and all other layers do not count, as in other counting tools (fvcore,
  // ptflops).
  int64_t multiply_adds = 0;
  int64_t activations = 0;            // output values for one image
  std::vector<InferredLayer> layers;  // in a block
};

// `layers` must be valid (ValidateLayers). `path` is where the list stands in the experiment,
// "model.sequential"; messages then call layers by their paths in it. If it is empty, nobody wrote
// the list, and messages call layers by their names. Returns config errors, a line for each layer
// that does not fit: its input, the limits above, an output that is not one value for each class,
// no parameters at all. Layers after one whose output is unknown are not checked.
absl::StatusOr<std::vector<InferredLayer>> InferLayers(const LayerList& layers, absl::string_view path, const LayerShape& input,
                                                       int num_classes);

// The layer's part in its tensors' names: its own name, or its index in the list.
std::string LayerName(const LayerConfig& layer, int position);

// Sums over a list; sets only parameters, multiply_adds and activations.
InferredLayer TotalOf(absl::Span<const InferredLayer> layers);

// The first batch norm that sees one value for each sample and channel; null if there is none. It
// cannot be trained on a batch of one sample, because one number has no variance.
const InferredLayer* FindBatchNormOfSingleValues(absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_SHAPES_H_
