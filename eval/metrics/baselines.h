// What can be reached without looking at a picture: the numbers to hold an accuracy against.
//   const Baselines baselines = ComputeBaselines(matrix.Supports(), classes.names());
// Ten balanced classes: chance accuracy 0.1, chance loss 2.302585, majority accuracy 0.1. A model below them has learnt nothing.
#ifndef MICA_EVAL_METRICS_BASELINES_H_
#define MICA_EVAL_METRICS_BASELINES_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace mica {

struct Baselines {
  int num_classes = 0;
  double chance_accuracy = 0;  // 1 / C, guessing evenly; in (0, 1]
  double chance_loss = 0;      // ln C nats: the cross entropy of equal logits
  int majority_label = 0;      // the most frequent class of the split, the lower label of equals
  std::string majority_name;
  double majority_accuracy = 0;  // always predicting it; in [0, 1], 0 for an empty split
};

// `class_counts` are the split's samples of each class, `class_names` their names; at least one class, both of one length.
Baselines ComputeBaselines(absl::Span<const int64_t> class_counts, absl::Span<const std::string> class_names);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_BASELINES_H_
