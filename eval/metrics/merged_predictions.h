// Several predictions of the same samples merged into one: test-time augmentation.
//   const PredictionTable merged = MergePredictions({clean, flipped, cropped});
#ifndef MICA_EVAL_METRICS_MERGED_PREDICTIONS_H_
#define MICA_EVAL_METRICS_MERGED_PREDICTIONS_H_

#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

// The mean of the tables' probabilities: its logits are ln(1/V sum_v softmax(z_v)), so their
// softmax is that mean. Computed in double by logarithms, so finite logits give finite ones,
// however far they lie apart; a class of probability 0 in all tables gets -infinity. All tables
// have the same rows and classes, and there is at least one; one alone comes back as it is, to the
// bit. Thread-safe.
PredictionTable MergePredictions(absl::Span<const PredictionTable> tables);

// The same for one sample: `logits` [V][C].
std::vector<float> MergeLogits(absl::Span<const absl::Span<const float>> logits);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_MERGED_PREDICTIONS_H_
