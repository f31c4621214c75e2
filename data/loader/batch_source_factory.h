// From an experiment's settings to sources of batches: packed pixels that need no transform come
// straight from memory, all else is decoded and augmented by threads.
//   const BatchSourceInputs inputs = {index, decode, loader, seed, device, cache};
//   const ViewTransforms view = {&transforms, "train_transforms"};
//   MICA_ASSIGN_OR_RETURN(auto train, CreateTrainBatches(inputs, {view}));
//   MICA_ASSIGN_OR_RETURN(auto test, CreateEvaluationBatches(inputs, view, Split::kTest, 256));
// Not for mixing batches (mixing_batch_source.h).
#ifndef MICA_DATA_LOADER_BATCH_SOURCE_FACTORY_H_
#define MICA_DATA_LOADER_BATCH_SOURCE_FACTORY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"
#include "data/loader/decoded_pictures.h"
#include "data/loader/decoding_batch_source.h"
#include "data/loader/loader.pb.h"
#include "data/loader/picture_pipeline.h"

namespace mica {

// What the sources of a run share. All but the cache is borrowed; `index` must outlive the sources.
struct BatchSourceInputs {
  const DatasetIndex& index;
  const DecodeConfig& decode;
  const LoaderConfig& loader;
  uint64_t seed = 0;
  c10::Device device = c10::kCPU;                    // where the batches go: for a GPU, images are normalised there
  std::shared_ptr<DecodedPictures> cache = nullptr;  // see decoded_picture_cache.h
};

// The training split, in loader's order. The views after the first become more_views.
absl::StatusOr<std::unique_ptr<BatchSource>> CreateTrainBatches(const BatchSourceInputs& inputs, absl::Span<const ViewTransforms> views);

// Every sample of a split once, in the order of the records.
absl::StatusOr<std::unique_ptr<BatchSource>> CreateEvaluationBatches(const BatchSourceInputs& inputs, const ViewTransforms& view,
                                                                     Split split, int64_t batch_size);

// These records in this order. Samples that cannot be read are left out and listed. Random
// transforms draw from kTestViews, each view for itself. Images are f32 on the CPU whatever the
// device.
absl::StatusOr<std::unique_ptr<DecodingBatchSource>> CreatePredictionBatches(const BatchSourceInputs& inputs,
                                                                             absl::Span<const ViewTransforms> views,
                                                                             std::vector<int64_t> ids, int64_t batch_size);

}  // namespace mica

#endif  // MICA_DATA_LOADER_BATCH_SOURCE_FACTORY_H_
