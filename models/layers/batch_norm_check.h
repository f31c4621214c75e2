// The rule that batch norms set for the batches of a run. Torch-free.
#ifndef MICA_MODELS_LAYERS_BATCH_NORM_CHECK_H_
#define MICA_MODELS_LAYERS_BATCH_NORM_CHECK_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// The batches that a run trains on.
struct TrainingBatches {
  int64_t batch_size = 1;
  int64_t samples = 0;              // of the training split
  bool drop_last = false;           // the last batch of an epoch, where it is smaller
  bool reaches_last_batch = false;  // the run is at least an epoch long
};

// In training a batch norm divides by the spread of its channel's values in the batch, and one
// value has none. So a layer that gets one value a sample cannot train on a batch of one sample: a
// data error that names the layer (exit code 3). Those in `fixed` normalise by their running
// statistics.
absl::Status CheckBatchNorms(absl::Span<const InferredLayer> layers, const std::set<std::string>& fixed, const TrainingBatches& batches);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_BATCH_NORM_CHECK_H_
