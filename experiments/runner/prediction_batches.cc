#include "experiments/runner/prediction_batches.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "data/loader/batch_source_factory.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/merged_predictions.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/test_views.h"

namespace mica {

absl::StatusOr<std::unique_ptr<DecodingBatchSource>> PredictionBatches(const Experiment& experiment, const DatasetIndex& index,
                                                                       Split split) {
  return PredictionBatches(experiment, index, index.RecordsOf(split));
}

absl::StatusOr<std::unique_ptr<DecodingBatchSource>> PredictionBatches(const Experiment& experiment, const DatasetIndex& index,
                                                                       std::vector<int64_t> ids) {
  const DecodeConfig decode = DecodeFor(experiment, index);
  const std::vector<ViewTransforms> views = TestViews(experiment);
  const BatchSourceInputs inputs = {index, decode, experiment.loader(), experiment.seed()};
  // A batch of several views takes the memory of one of single images.
  const int64_t batch_size = std::max<int64_t>(1, experiment.evaluation().batch_size() / static_cast<int64_t>(views.size()));
  return CreatePredictionBatches(inputs, views, std::move(ids), batch_size);
}

absl::StatusOr<MergedPredictions> EvaluateMerged(const Experiment& experiment, const DatasetIndex& index, Split split,
                                                 const BuiltModel& model) {
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<DecodingBatchSource> batches, PredictionBatches(experiment, index, split));
  MICA_ASSIGN_OR_RETURN(std::vector<PredictionTable> views, EvaluateViews(*model.classifier, *batches, index.classes.size(), model.device));
  if (!batches->failed().empty()) return DataError(batches->failed().front().reason);
  PredictionTable merged = MergePredictions(views);
  return MergedPredictions{std::move(merged), std::move(views)};
}

}  // namespace mica
