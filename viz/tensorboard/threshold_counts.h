// Right and wrong decisions of a classifier of two classes at evenly spaced thresholds: what
// TensorBoard's curves of precision and recall are made of.
//   // Class 3 against all others:
//   file->AddPrCurve("PR/valid/cat", time, CountByThreshold(probabilities_of_cat, is_cat));
// Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_THRESHOLD_COUNTS_H_
#define MICA_VIZ_TENSORBOARD_THRESHOLD_COUNTS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace mica {

inline constexpr int kDefaultThresholds = 201;

// Element i belongs to the threshold i / (size - 1): a sample is taken as positive if its
// probability is at least that.
struct ThresholdCounts {
  std::vector<int64_t> true_positives;
  std::vector<int64_t> false_positives;
  std::vector<int64_t> true_negatives;
  std::vector<int64_t> false_negatives;

  int size() const { return static_cast<int>(true_positives.size()); }
  double Precision(int i) const;  // TP / (TP + FP); 0 without any
  double Recall(int i) const;     // TP / (TP + FN); 0 without any
};

// `probabilities`: [0, 1]; NaN is never positive. `truth`: as many, 1 or 0. `thresholds`: at least
// 2.
ThresholdCounts CountByThreshold(absl::Span<const float> probabilities, absl::Span<const uint8_t> truth,
                                 int thresholds = kDefaultThresholds);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_THRESHOLD_COUNTS_H_
