// The epoch with the best value of the metric that selects, the earliest of equals; NaN is worse than any number. Torch-free.
#ifndef MICA_TRAINING_LOOP_BEST_EPOCH_H_
#define MICA_TRAINING_LOOP_BEST_EPOCH_H_

#include <optional>

#include "eval/evaluator/evaluation.pb.h"
#include "eval/report/run_folder.h"

namespace mica {

class BestEpoch {
 public:
  explicit BestEpoch(EvaluationConfig::SelectionMetric select_by) : select_by_(select_by) {}

  // Takes note of an epoch and says whether it is the best so far. Rows without validation metrics never are.
  bool Update(const EpochRow& row);

  // The best row, none before the first with validation metrics.
  const std::optional<EpochRow>& row() const { return row_; }

  // Its value of the metric that selects.
  double value() const { return Value(*row_); }

 private:
  double Value(const EpochRow& row) const;
  bool IsBetter(double value, double best) const;

  const EvaluationConfig::SelectionMetric select_by_;
  std::optional<EpochRow> row_;
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_BEST_EPOCH_H_
