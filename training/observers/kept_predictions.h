// Keeps the predictions of the weights that the run will report, if an epoch's evaluation made them
// anyway: the best epoch's, or the last one's where nothing selects.
//   KeptPredictions kept;  // an observer of the run
//   if (const PredictionTable* predictions = kept.At(outcome.state.step, Split::kTest)) …
#ifndef MICA_TRAINING_OBSERVERS_KEPT_PREDICTIONS_H_
#define MICA_TRAINING_OBSERVERS_KEPT_PREDICTIONS_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"
#include "training/loop/train_observer.h"

namespace mica {

class KeptPredictions : public TrainObserver {
 public:
  absl::Status OnEpoch(const EpochReport& epoch) override;

  // Of the weights after this step of the run; null if they were not kept.
  const PredictionTable* At(int64_t step, Split split) const;

 private:
  int64_t step_ = 0;
  std::map<Split, PredictionTable> predictions_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_KEPT_PREDICTIONS_H_
