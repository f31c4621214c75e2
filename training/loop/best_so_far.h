// The epoch with the best value of the selecting metric: the earliest of equals. NaN is worse than
// any number. Torch-free.
#ifndef MICA_TRAINING_LOOP_BEST_SO_FAR_H_
#define MICA_TRAINING_LOOP_BEST_SO_FAR_H_

#include <optional>

#include "data/index/dataset_index.h"
#include "eval/evaluator/evaluation.pb.h"
#include "training/loop/epoch_row.h"

namespace mica {

struct BestSoFar {
  EpochRow row;
  double value = 0;  // of the selecting metric
};

// Puts the row into *best if it is the best so far, and returns whether it is. A row without an
// evaluation of `split` never is. `select_by` must be valid (ValidateEvaluationConfig).
bool UpdateBest(const EpochRow& row, Split split, EvaluationConfig::SelectionMetric select_by, std::optional<BestSoFar>* best);

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_BEST_SO_FAR_H_
