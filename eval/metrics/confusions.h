// The pairs of classes that a model mixes up most, with samples to look at.
//   for (const Confusion& pair : MostConfused(predictions, /*pairs=*/20)) …
//   // 212 samples of class 6 (0.212 of it) were taken for class 0: records 8, 31, …
#ifndef MICA_EVAL_METRICS_CONFUSIONS_H_
#define MICA_EVAL_METRICS_CONFUSIONS_H_

#include <cstdint>
#include <vector>

#include "eval/metrics/prediction_table.h"

namespace mica {

// The samples of one class that were taken for another.
struct Confusion {
  int truth = 0;
  int prediction = 0;  // differs from truth
  int64_t count = 0;   // at least 1
  double share = 0;    // of the class's samples, (0, 1]
  std::vector<int64_t> record_ids;
};

// The `pairs` most frequent ones (fewer if there are fewer), the most frequent first; equal counts
// in the order of truth, then of prediction. The ids of a pair are its first `ids` in the table's
// order. Takes memory for the pairs that occur, not for classes^2.
std::vector<Confusion> MostConfused(const PredictionTable& predictions, int pairs, int ids = 5);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CONFUSIONS_H_
