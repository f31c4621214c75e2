// PredictRun: the body of `mica predict`.
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/merged_predictions.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"

namespace mica {

namespace {

// A model is made for images of one size. What pictures come out as may be another.
absl::Status WithImageShape(const absl::Status& error, const ImageShape& shape) {
  return WithMessage(error, absl::StrCat(error.message(), "; the images come out as ", shape.channels, "x", shape.height_px, "x",
                                         shape.width_px, " (channels x height x width)"));
}

// Such errors advise to change the experiment, but it is trained already.
absl::Status WithWhatCanStillBeDone(const absl::Status& error) {
  if (ExitCodeOf(error) != ExitCode::kConfig) return error;
  return WithMessage(error, absl::StrCat(error.message(), "; or, for this run, give it pictures of the size that it was trained on"));
}

}  // namespace

absl::StatusOr<PredictResult> PredictRun(const TrainedModel& trained, const DatasetIndex& index, Split split) {
  const Checkpoint& checkpoint = trained.checkpoint;
  const int num_classes = checkpoint.manifest.class_names_size();
  const absl::StatusOr<std::unique_ptr<DecodingBatchSource>> made = PredictionBatches(trained.experiment, index, split);
  if (!made.ok()) return WithWhatCanStillBeDone(made.status());
  const std::unique_ptr<DecodingBatchSource>& batches = *made;
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModel(trained.experiment, batches->image_shape(), num_classes));
  const absl::Status fits = LoadWeights(checkpoint.model().arrays, checkpoint.model().path, WeightsOf(*model.classifier)).status();
  if (!fits.ok()) return WithImageShape(fits, batches->image_shape());
  MICA_ASSIGN_OR_RETURN(std::vector<PredictionTable> views, EvaluateViews(*model.classifier, *batches, num_classes, model.device));
  const auto count = static_cast<int>(views.size());
  PredictionTable predictions = count == 1 ? std::move(views.front()) : MergePredictions(views);
  return PredictResult{std::move(predictions), batches->failed(), count};
}

}  // namespace mica
