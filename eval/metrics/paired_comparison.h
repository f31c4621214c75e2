// Two classifiers on the same samples: is one better, or was it luck with the samples?
//   // 2 samples only a got right, 13 only b.
//   const PairedCounts counts = CountPairs(right_of_a, right_of_b);
//   // The probability of a result at least this uneven if neither is better.
//   McNemarP(counts) == 0.007385…
//   // Accuracy of a - accuracy of b: the range of 95 % of new draws of the samples.
//   BootstrapInterval(counts)
// Only samples matter that exactly one of the two got right. Luck in training is a different
// matter: repeat with other seeds. Thread-safe.
#ifndef MICA_EVAL_METRICS_PAIRED_COMPARISON_H_
#define MICA_EVAL_METRICS_PAIRED_COMPARISON_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/intervals.h"

namespace mica {

struct PairedCounts {
  int64_t both_right = 0;
  int64_t only_a_right = 0;
  int64_t only_b_right = 0;
  int64_t both_wrong = 0;

  int64_t total() const { return both_right + only_a_right + only_b_right + both_wrong; }
  double Difference() const;  // accuracy of a - accuracy of b, in [-1, 1]; 0 without samples
};

// `a` and `b` hold 1 for each sample that was predicted right, else 0. Equal lengths.
PairedCounts CountPairs(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b);

// McNemar's exact two-sided test (McNemar 1947), the sign test on the numbers b and c of samples
// that only one got right:
//   p = min(1, 2 sum_{i <= min(b, c)} binom(b + c, i) / 2^(b + c))
// b = 2, c = 13: .007385; b = 25, c = 40: .081682; b = c: 1, also for 0. Large counts are not
// approximated by chi-squared: b + c = 1e6 take about 10 microseconds, and nine digits are right.
double McNemarP(const PairedCounts& counts);

// The 95 % percentile interval of the paired bootstrap (Efron and Tibshirani 1993, chapter 13) for
// Difference(): draw as many samples again, with replacement, keeping each sample's pair of
// answers, and cut 2.5 % off each end of the resulting differences.
// Nothing is drawn here. A resample's difference is a sum of independent steps -1, 0, +1 with the
// shares of the counts, and its distribution follows from its characteristic function. That is the
// limit of ever more resamples, so there is no seed and no noise. Swapping a and b mirrors the
// interval. It is about 3.92 sqrt((share only a + share only b - difference^2) / n) long. Needs at
// least one sample.
Interval BootstrapInterval(const PairedCounts& counts);

// Holm's correction for several tests (Holm 1979): among results below .05 the chance of any false
// finding is at most 5 %. {.01, .04, .03} -> {.03, .06, .06}, in the order of `p_values`.
std::vector<double> HolmAdjusted(absl::Span<const double> p_values);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_PAIRED_COMPARISON_H_
