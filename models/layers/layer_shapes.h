// The shapes of an image on its way through a list of layers: each layer's output, tensors and
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

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/layers/layer.pb.h"
#include "models/layers/layer_effect.h"
#include "models/layers/layer_shape.h"

namespace mica {

using LayerList = google::protobuf::RepeatedPtrField<LayerConfig>;

// Larger models are refused before they take memory. Both limits are 8 GiB as f32.
constexpr int64_t kMaxParameters = int64_t{1} << 31;
constexpr int64_t kMaxActivations = int64_t{1} << 31;  // outputs of all layers for one image

// One layer of a list. Layers that hold others (block, residual, concat) are containers; their
// counts include all within.
struct InferredLayer {
  // "block_1.4": the prefix of its tensors' names. A container with the name "" has the name of the
  // layer around it, or none.
  std::string name;
  std::string kind;  // "max_pool"
  // In messages: "model.sequential.layer[0].block.layer[4].max_pool", or "block_1.4 (max_pool)";
  // see InferLayers.
  std::string place;
  LayerShape input, output;
  std::vector<LayerTensor> tensors;  // its own, under their whole names: "block_1.4.weight"
  int64_t parameters = 0;            // numbers that are trained
  int64_t multiply_adds = 0;         // for one image; see LayerEffect
  int64_t activations = 0;           // output values for one image

  // In a container, in the order of its config: of a residual those of `layer`, then those of
  // `shortcut`; of a concat those of all branches, one after the other.
  std::vector<InferredLayer> layers;
  size_t branch_layers = 0;  // of a residual: how many of `layers` are its branch
};

// `layers` must be valid (ValidateLayers). `path` is where the list stands in the experiment,
// "model.sequential"; messages then call layers by their paths in it. If it is empty, nobody wrote
// the list, and messages call layers by their names. Returns config errors, a line for each layer
// that does not fit: its input, branches that differ, the limits above, an output that is not one
// value for each class, no parameters at all. Layers after one whose output is unknown are not checked.
absl::StatusOr<std::vector<InferredLayer>> InferLayers(const LayerList& layers, absl::string_view path, const LayerShape& input,
                                                       int num_classes);

// The layer's part in its tensors' names: its own name, which may be "", or its index in the list.
std::string LayerName(const LayerConfig& layer, int position);

// `name` below the layer called `prefix`: "stem" and "0" give "stem.0". Either may be empty.
std::string JoinLayerName(absl::string_view prefix, absl::string_view name);

// Every layer that computes something itself, in order: the list without its blocks, residuals and
// concats, but with all that they hold.
std::vector<const InferredLayer*> LeavesOf(absl::Span<const InferredLayer> layers);

// Sums over a list; sets only parameters, multiply_adds and activations.
InferredLayer TotalOf(absl::Span<const InferredLayer> layers);

// The first batch norm that sees one value for each sample and channel, without those whose names are
// in `fixed`; null if there is none. It cannot be trained on a batch of one sample, because one
// number has no variance.
const InferredLayer* FindBatchNormOfSingleValues(absl::Span<const InferredLayer> layers, const std::set<std::string>& fixed);

// The first convolution, which sees the images; null if there is none.
const InferredLayer* FindFirstConvolution(absl::Span<const InferredLayer> layers);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_SHAPES_H_
