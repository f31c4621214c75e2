#include "bench/training_crops.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "data/index/index_builder.h"

namespace mica {
namespace {

void AddNormalize(TransformList* transforms) {
  NormalizeConfig* const normalize = transforms->Add()->mutable_normalize();
  for (const float mean : {0.485f, 0.456f, 0.406f}) normalize->add_mean(mean);
  for (const float std : {0.229f, 0.224f, 0.225f}) normalize->add_std(std);
}

TransformList FlippedCrop() {
  TransformList transforms;
  transforms.Add()->mutable_random_resized_crop()->set_size_px(kCropSide);
  transforms.Add()->mutable_horizontal_flip();
  return transforms;
}

}  // namespace

absl::StatusOr<DatasetIndex> ListPictures(const std::string& folder) {
  DatasetConfig config;
  config.add_pool()->mutable_class_folders()->set_folder(folder);
  DatasetDraft draft = ListDataset(config);
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  return std::move(draft.index);
}

TransformList CropTransforms() {
  TransformList transforms = FlippedCrop();
  AddNormalize(&transforms);
  return transforms;
}

TransformList AugmentedCropTransforms() {
  TransformList transforms = FlippedCrop();
  transforms.Add()->mutable_rand_augment();
  AddNormalize(&transforms);
  return transforms;
}

absl::StatusOr<std::shared_ptr<const PicturePipeline>> CropPipeline(const DatasetIndex& index) {
  const TransformList transforms = CropTransforms();
  PicturePipeline::Options options;
  options.seed = kCropSeed;
  return PicturePipeline::Create(index, DecodeConfig(), {{&transforms, "train_transforms"}}, options);
}

}  // namespace mica
