#include "experiments/runner/model_input.h"

#include "base/status_macros.h"
#include "data/loader/picture_pipeline.h"

namespace mica {

absl::StatusOr<ImageShape> ShapeOfTrainingImages(const Experiment& experiment, const DatasetIndex& index) {
  const ViewTransforms view = {&experiment.train_transforms(), "train_transforms"};
  MICA_ASSIGN_OR_RETURN(const auto pipeline, PicturePipeline::Create(index, experiment.decode(), {&view, 1}, {}));
  return pipeline->output();
}

absl::StatusOr<InferredModel> InferModelFor(const Experiment& experiment, const ImageShape& images, int num_classes) {
  return InferModel(experiment.model(), {images.channels, images.height_px, images.width_px}, num_classes);
}

bool FitsImages(const Experiment& experiment, const InferredModel& model, const ImageShape& images, int num_classes) {
  const absl::StatusOr<InferredModel> needed = InferModelFor(experiment, images, num_classes);
  return needed.ok() && TotalOf(needed->layers).parameters == TotalOf(model.layers).parameters;
}

}  // namespace mica
