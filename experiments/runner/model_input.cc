#include "experiments/runner/model_input.h"

#include "base/error.h"
#include "base/status_macros.h"
#include "data/loader/picture_pipeline.h"

namespace mica {

namespace {

absl::StatusOr<ImageShape> ShapeOf(const ViewTransforms& view, const DecodeConfig& decode, const DatasetIndex& index) {
  MICA_ASSIGN_OR_RETURN(const auto pipeline, PicturePipeline::Create(index, decode, {&view, 1}, {}));
  return pipeline->output();
}

}  // namespace

absl::StatusOr<ImageShape> ShapeOfTrainingImages(const Experiment& experiment, const DatasetIndex& index) {
  return ShapeOf({&experiment.train_transforms(), "train_transforms"}, experiment.decode(), index);
}

absl::StatusOr<ImageShape> ShapeOfEvaluationImages(const Experiment& experiment, const DatasetIndex& index) {
  return ShapeOf({&experiment.eval_transforms(), "eval_transforms"}, experiment.decode(), index);
}

absl::StatusOr<ImageShape> ShapeOfEvaluationImages(const Experiment& experiment) {
  if (experiment.dataset().kind_case() != DatasetConfig::KIND_NOT_SET) return DataError("the size of packed pixels is the data's own");
  DatasetIndex index;
  index.files.emplace_back();  // a picture like any other, of no record
  return ShapeOfEvaluationImages(experiment, index);
}

DecodeConfig DecodeFor(const Experiment& experiment, const DatasetIndex& index) {
  DecodeConfig decode = experiment.decode();
  if (!decode.has_colour() && experiment.dataset().has_idx() && !index.IsRaw()) decode.set_colour(DecodeConfig::GREY);
  return decode;
}

absl::StatusOr<InferredModel> InferModelFor(const Experiment& experiment, const ImageShape& images, int num_classes) {
  return InferModel(experiment.model(), {images.channels, images.height_px, images.width_px}, num_classes);
}

bool FitsImages(const Experiment& experiment, const InferredModel& model, const ImageShape& images, int num_classes) {
  const absl::StatusOr<InferredModel> needed = InferModelFor(experiment, images, num_classes);
  return needed.ok() && TotalOf(needed->layers).parameters == TotalOf(model.layers).parameters;
}

}  // namespace mica
