// What can be reached without looking at an image, to compare accuracies with.
//   const Baselines baselines = ComputeBaselines(matrix.Supports(), classes.names());
// For ten balanced classes: chance accuracy 0.1, chance loss 2.302585, majority accuracy 0.1. A
// model that does no better has learnt nothing.
#ifndef MICA_EVAL_METRICS_BASELINES_H_
#define MICA_EVAL_METRICS_BASELINES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

struct Baselines {
  int num_classes = 0;
  double chance_accuracy = 0;  // 1 / C, guessing evenly; in (0, 1]

  // present / C^2, for the classes that have samples in the split: each of them reaches 1 / C, the
  // others count as 0. In [0, 1].
  double chance_balanced_accuracy = 0;

  double chance_loss = 0;  // ln C nats: the cross entropy of equal logits
  int majority_label = 0;  // the most frequent class of the split; of equals the lowest label
  std::string majority_name;
  double majority_accuracy = 0;  // of always predicting it; in [0, 1], 0 for an empty split
};

// `class_counts` are the split's samples in each class. Both spans have one entry for each class,
// at least one.
Baselines ComputeBaselines(absl::Span<const int64_t> class_counts, absl::Span<const std::string> class_names);

// What guessing evenly reaches in a metric of metric_set.h: in loss, nll, accuracy,
// balanced_accuracy and macro_recall, which is the same. None for others.
std::optional<double> ChanceOf(absl::string_view metric, const Baselines& baselines);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_BASELINES_H_
