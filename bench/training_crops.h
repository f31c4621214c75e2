// The work of rows B3 and B16 in bench/README.md, as mica does it: crops of 224x224, flipped,
// normalised; RandAugment.
//   MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures("/tmp/tree"));
//   MICA_ASSIGN_OR_RETURN(const auto pipeline, CropPipeline(index));
#ifndef MICA_BENCH_TRAINING_CROPS_H_
#define MICA_BENCH_TRAINING_CROPS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "data/augment/draw_state.h"
#include "data/index/dataset_index.h"
#include "data/loader/picture_pipeline.h"

namespace mica {

constexpr int32_t kCropSide = 224;
constexpr uint64_t kCropSeed = 1;

// Class folders, all for training. Whatever is wrong with them is an error.
absl::StatusOr<DatasetIndex> ListPictures(const std::string& folder);

// random_resized_crop, horizontal_flip, normalize with ImageNet's statistics: torchvision's
// defaults.
TransformList CropTransforms();

// The same with rand_augment in front of normalize.
TransformList AugmentedCropTransforms();

// `index` is borrowed.
absl::StatusOr<std::shared_ptr<const PicturePipeline>> CropPipeline(const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_BENCH_TRAINING_CROPS_H_
