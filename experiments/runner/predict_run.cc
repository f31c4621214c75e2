// PredictRun: the body of `mica predict`.
#include <memory>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/merged_predictions.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"

namespace mica {

absl::StatusOr<PredictResult> PredictRun(const TrainedModel& trained, const DatasetIndex& index, Split split) {
  const Checkpoint& checkpoint = trained.checkpoint;
  const int num_classes = checkpoint.manifest.class_names_size();
  std::vector<FailedSample> failed;
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<BatchSource> batches, PredictionBatches(trained.experiment, index, split, &failed));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModel(trained.experiment, batches->image_shape(), num_classes));
  MICA_RETURN_IF_ERROR(LoadWeights(checkpoint.model().arrays, checkpoint.model().path, WeightsOf(*model.classifier)).status());
  MICA_ASSIGN_OR_RETURN(std::vector<PredictionTable> views, EvaluateViews(*model.classifier, *batches, num_classes, model.device));
  const auto count = static_cast<int>(views.size());
  PredictionTable predictions = count == 1 ? std::move(views.front()) : MergePredictions(views);
  return PredictResult{std::move(predictions), std::move(failed), count};
}

}  // namespace mica
