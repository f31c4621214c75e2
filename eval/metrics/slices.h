// The metrics of groups of samples: by camera, by source, by the size of the picture. A good mean
// can hide a group for which the model is useless.
//   for (const SliceScores& slice : ScoreSlices(predictions, cameras)) …
//   // {"cam-2", 412 samples, accuracy .83 [.79, .86], loss .61}
#ifndef MICA_EVAL_METRICS_SLICES_H_
#define MICA_EVAL_METRICS_SLICES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/intervals.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

struct SliceScores {
  std::string name;
  int64_t samples = 0;  // labelled ones, at least 1
  int64_t right = 0;
  double accuracy = 0;         // [0, 1]
  Interval accuracy_interval;  // Wilson's, 95 %
  double loss = 0;             // mean, nats; NaN if a row of the slice has NaN or +infinity
};

// The slices by name, in the order of its bytes. `names` has the slice of each row of the table.
// Slices without a labelled sample are left out.
std::vector<SliceScores> ScoreSlices(const PredictionTable& predictions, absl::Span<const std::string> names);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_SLICES_H_
