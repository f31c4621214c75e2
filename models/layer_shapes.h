// What becomes of an image in a list of layers: each layer's output, parameters and multiply-adds, computed without making anything.
//   MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers,
//                         InferLayers(config.layer(), "model.sequential", {/*channels=*/1, 28, 28}, /*num_classes=*/10));
//   layers[0].output.ToString() == "16x28x28"
// A list whose layers do not fit each other, or the data, is an error that says where and why. Torch-free, thread-safe.
#ifndef MICA_MODELS_LAYER_SHAPES_H_
#define MICA_MODELS_LAYER_SHAPES_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/image_shape.h"
#include "models/layer.pb.h"

namespace mica {

using LayerList = google::protobuf::RepeatedPtrField<LayerConfig>;

// Limits of a model: beyond them it is refused before it takes memory. Both are 8 GiB as f32.
constexpr int64_t kMostParameters = int64_t{1} << 31;
constexpr int64_t kMostActivations = int64_t{1} << 31;  // outputs of all layers for one image

// What one image is between two layers.
struct LayerShape {
  int64_t channels = 0;  // of a flat shape: the number of values
  int64_t height_px = 1;
  int64_t width_px = 1;
  bool is_flat = false;

  int64_t pixels() const { return height_px * width_px; }
  int64_t values() const { return channels * pixels(); }
  std::string ToString() const;  // "64x7x7", or "490 values"
};

// Counts of a block are those of all its layers.
struct InferredLayer {
  std::string name;   // "block_1.4": what its tensors' names begin with
  std::string kind;   // "max_pool"
  std::string place;  // in messages: "model.sequential.layer[0].block.layer[4].max_pool", or "block_1.4 (max_pool)", see InferLayers
  LayerShape input, output;
  int64_t parameters = 0;  // numbers that are trained

  // For one image. A convolution has one for each weight and output pixel, a linear layer one for each weight; biases and all other
  // layers count as none, as in other tools that count (fvcore, ptflops).
  int64_t multiply_adds = 0;
  int64_t activations = 0;            // values that it puts out for one image
  std::vector<InferredLayer> layers;  // of a block
};

// `layers` are valid (ValidateLayers). `path` is where the list stands in the experiment, "model.sequential", and layers are called by
// their paths in it. Empty: nobody wrote the list, and layers are called by their names. Config errors, a line for each layer that does not
// fit: its input, the limits above, an end that is not one value for each class, no parameters at all. Behind a layer whose output cannot
// be known nothing more is looked for.
absl::StatusOr<std::vector<InferredLayer>> InferLayers(const LayerList& layers, absl::string_view path, const ImageShape& input,
                                                       int num_classes);

// The layer's part of its tensors' names: its own, or its position in the list.
std::string LayerName(const LayerConfig& layer, int position);

// Sums over a list; parameters, multiply_adds and activations alone are set.
InferredLayer TotalOf(absl::Span<const InferredLayer> layers);

// The first batch norm whose channels have one value for each sample: training it on a batch of one sample is impossible, as one number has
// no variance. Null if there is none.
const InferredLayer* FindBatchNormOfSingleValues(absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_MODELS_LAYER_SHAPES_H_
