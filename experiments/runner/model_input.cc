#include "experiments/runner/model_input.h"

#include "base/status_macros.h"
#include "data/loader/picture_pipeline.h"

namespace mica {

absl::StatusOr<ImageShape> ShapeOfTrainingImages(const Experiment& experiment, const DatasetIndex& index) {
  const ViewTransforms view = {&experiment.train_transforms(), "train_transforms"};
  MICA_ASSIGN_OR_RETURN(const auto pipeline, PicturePipeline::Create(index, experiment.decode(), {&view, 1}, {}));
  return pipeline->output();
}

}  // namespace mica
