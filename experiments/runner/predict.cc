// Predict: the body of `mica predict`.
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

namespace mica {
namespace {

// Such errors advise to change the experiment, but it is trained already.
absl::Status WithWhatCanStillBeDone(const ModelSubject& subject, const absl::Status& error) {
  if (subject.checkpoint == nullptr || ExitCodeOf(error) != ExitCode::kConfig) return error;
  return WithMessage(error, absl::StrCat(error.message(), "; or, for this run, give it pictures of the size that it was trained on"));
}

}  // namespace

absl::StatusOr<PredictResult> Predict(const ModelSubject& subject, const DatasetIndex& index, Split split) {
  const absl::StatusOr<std::unique_ptr<DecodingBatchSource>> made = PredictionBatches(subject.experiment, index, split);
  if (!made.ok()) return WithWhatCanStillBeDone(subject, made.status());
  const std::unique_ptr<DecodingBatchSource>& batches = *made;
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModelOf(subject, batches->image_shape()));
  MICA_ASSIGN_OR_RETURN(std::vector<PredictionTable> views, EvaluateViews(*model.classifier, *batches, subject.num_classes, model.device));
  const auto count = static_cast<int>(views.size());
  PredictionTable predictions = count == 1 ? std::move(views.front()) : MergePredictions(views);
  return PredictResult{std::move(predictions), batches->failed(), count};
}

}  // namespace mica
