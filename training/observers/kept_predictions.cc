#include "training/observers/kept_predictions.h"

namespace mica {

absl::Status KeptPredictions::OnEpoch(const EpochReport& epoch) {
  const bool may_be_reported = epoch.is_best || !epoch.state.best.has_value();
  if (!may_be_reported) return absl::OkStatus();
  predictions_.clear();
  step_ = epoch.row.step;
  for (const EvaluatedSplit& evaluated : epoch.evaluations) predictions_.emplace(evaluated.split, evaluated.predictions);
  return absl::OkStatus();
}

const PredictionTable* KeptPredictions::At(int64_t step, Split split) const {
  const auto found = predictions_.find(split);
  return found != predictions_.end() && step_ == step ? &found->second : nullptr;
}

}  // namespace mica
