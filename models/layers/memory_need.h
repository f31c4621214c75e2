// Whether a model fits into a machine's memory, before anything of it exists.
//   const MemoryNeed need = NeedOfTraining(model.config.layer(), model.layers, /*optimizer_copies=*/2);
//   MICA_RETURN_IF_ERROR(CheckMemory(need, {"model.vgg16", "train on", "loader.batch_size", 4096}, TotalMemoryBytes()));
//   // model.vgg16 needs at least 234.7 GiB of memory to train on batches of 4096 images …
// All needs are lower bounds, so only what surely cannot fit is refused. Torch-free, thread-safe.
#ifndef MICA_MODELS_LAYERS_MEMORY_NEED_H_
#define MICA_MODELS_LAYERS_MEMORY_NEED_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"

namespace mica {

struct MemoryNeed {
  int64_t fixed_bytes = 0;  // whatever the batch
  int64_t image_bytes = 0;  // for each image of a batch

  // In floating point, as the product may not fit an int64.
  double BytesOf(int64_t batch_size) const {
    return static_cast<double>(fixed_bytes) + static_cast<double>(image_bytes) * static_cast<double>(batch_size);
  }

  MemoryNeed operator+(const MemoryNeed& more) const { return {fixed_bytes + more.fixed_bytes, image_bytes + more.image_bytes}; }
};

// The tensors of the model.
MemoryNeed NeedOfWeights(absl::Span<const InferredLayer> layers);

// The weights, the largest position bias of a window attention and, for each image, the input and the
// output of the layer where both are largest.
MemoryNeed NeedOfEvaluation(absl::Span<const InferredLayer> layers);

// The weights, their gradients, `optimizer_copies` more arrays of their size, position biases, and
// what is kept of each image (kept_values.h). All parameters train; a model with frozen ones needs less.
MemoryNeed NeedOfTraining(const LayerList& list, absl::Span<const InferredLayer> layers, int optimizer_copies);

// In messages: "MODEL needs … of memory to PURPOSE batches of BATCH images (FIELD)".
struct MemoryUse {
  std::string model;             // "model.resnet18"
  std::string purpose;           // "train on", or "build" if there is no batch
  std::string batch_size_field;  // "loader.batch_size"; empty if there is no batch
  int64_t batch_size = 0;        // images that are really in the largest batch
};

// A config error if the machine has less than is needed, with the largest batch that may fit.
// `machine_bytes`: what the process could have at most, nullopt if nobody knows.
absl::Status CheckMemory(const MemoryNeed& need, const MemoryUse& use, std::optional<int64_t> machine_bytes);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_MEMORY_NEED_H_
