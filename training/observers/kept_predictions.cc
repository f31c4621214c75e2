#include "training/observers/kept_predictions.h"

namespace mica {

absl::Status KeptPredictions::OnEpoch(const EpochReport& epoch) {
  const bool may_be_reported = epoch.is_best || !epoch.state.best.has_value();
  if (!may_be_reported) return absl::OkStatus();
  predictions_.reset();
  for (const EvaluatedSplit& evaluated : epoch.evaluations) {
    if (evaluated.split != split_) continue;
    predictions_ = evaluated.predictions;
    step_ = epoch.row.step;
  }
  return absl::OkStatus();
}

const PredictionTable* KeptPredictions::At(int64_t step) const {
  return predictions_.has_value() && step_ == step ? &*predictions_ : nullptr;
}

}  // namespace mica
