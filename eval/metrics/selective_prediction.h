// What is gained by leaving unsure samples to a person: predictions are kept from the surest down,
// and fewer of them are wrong.
//   const std::vector<ScoredSample> samples = ScoreSamples(predictions);
//   // "99 % right at 83 % coverage", kept from confidence .914 on:
//   const std::optional<SelectivePoint> point = LargestCoverage(samples, /*accuracy=*/.99);
//   AreaUnderRiskCoverage(samples) == 0.021
// Samples of equal confidence are kept or left together. A sample without confidence (NaN or
// +infinity among its logits) is never kept, but counts in the coverage. Nothing depends on the
// order of samples. Thread-safe.
#ifndef MICA_EVAL_METRICS_SELECTIVE_PREDICTION_H_
#define MICA_EVAL_METRICS_SELECTIVE_PREDICTION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

// Keeping all samples of at least this confidence.
struct SelectivePoint {
  double threshold = 0;  // [1 / classes, 1]
  int64_t kept = 0;      // at least 1
  int64_t right = 0;     // of the kept ones
  double coverage = 0;   // kept / all samples, (0, 1]
  double accuracy = 0;   // of the kept ones, [0, 1]; the risk is 1 - accuracy
};

// For every confidence that occurs, or those of them that the picture of accuracy over coverage
// needs (curve_thinning.h), the highest first. max_points >= 2.
std::vector<SelectivePoint> RiskCoverageCurve(absl::Span<const ScoredSample> samples, int max_points = 300);

// AURC (Geifman, Uziel and El-Yaniv 2019): the mean over k = 1 … N of the share of wrong ones among
// the k surest samples; of ties, the mean over their orders. [0, 1], less is better. NaN without
// samples or if one has no confidence. Three samples, right, wrong, right from the surest down:
// (0 + 1/2 + 1/3) / 3 = .277778.
double AreaUnderRiskCoverage(absl::Span<const ScoredSample> samples);

// The point of largest coverage whose accuracy is at least `accuracy`; none if no threshold reaches
// it.
std::optional<SelectivePoint> LargestCoverage(absl::Span<const ScoredSample> samples, double accuracy);

// What a threshold keeps.
struct ThresholdScores {
  double threshold = 0;
  int64_t kept = 0;     // samples of at least this confidence
  double coverage = 0;  // kept / all samples, [0, 1]; 0 without samples
  double accuracy = 0;  // of the kept ones, as all below; [0, 1] and 0 if none is kept
  double macro_precision = 0;
  double macro_recall = 0;
  double macro_f1 = 0;
  int empty_classes = 0;  // neither a truth nor a prediction; each counts as 0 in the macro means
};

// One row for each threshold, in their order; none is NaN. Takes a sort and samples + thresholds x
// classes steps.
std::vector<ThresholdScores> SweepThresholds(absl::Span<const ScoredSample> samples, int num_classes, absl::Span<const double> thresholds);

// 0, .05, … .95, .99: what a sweep usually shows.
std::vector<double> UsualThresholds();

}  // namespace mica

#endif  // MICA_EVAL_METRICS_SELECTIVE_PREDICTION_H_
