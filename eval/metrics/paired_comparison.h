// Two classifiers on the same samples: is one better, or was it luck of the samples?
//   const PairedCounts counts = CountPairs(right_of_a, right_of_b);       // 2 samples only a got right, 13 only b
//   McNemarP(counts)           == 0.007385…                               // so seldom if neither were better
//   BootstrapInterval(counts)  // accuracy of a - accuracy of b: where 95 % of new draws of the samples would put it
// Only samples matter that exactly one of the two got right. Luck of training is another thing: repeat with other seeds.
// Pure functions, thread-safe.
#ifndef MICA_EVAL_METRICS_PAIRED_COMPARISON_H_
#define MICA_EVAL_METRICS_PAIRED_COMPARISON_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace mica {

struct PairedCounts {
  int64_t both_right = 0;
  int64_t only_a_right = 0;
  int64_t only_b_right = 0;
  int64_t both_wrong = 0;

  int64_t total() const { return both_right + only_a_right + only_b_right + both_wrong; }
  double Difference() const;  // accuracy of a - accuracy of b, in [-1, 1]; 0 without samples
};

// `a` and `b` say of each sample whether it was predicted right: 1, or 0. Equal lengths.
PairedCounts CountPairs(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b);

// McNemar's exact two-sided test (McNemar 1947; the sign test on b and c, the samples only one gets right):
//   p = min(1, 2 sum_{i <= min(b, c)} binom(b + c, i) / 2^(b + c))
// b = 2, c = 13: .007385; b = 25, c = 40: .081682; b = c: 1, also for 0. No chi-squared approximation for large counts: b + c = 1e6 take
// some 10 microseconds, nine digits are right.
double McNemarP(const PairedCounts& counts);

struct Interval {
  double low = 0;
  double high = 0;
};

// Percentile interval, 95 %, of the paired bootstrap (Efron and Tibshirani 1993, chapter 13) for Difference(): draw as many samples again,
// with replacement, keeping each one's pair of answers; cut 2.5 % off each end of what the difference becomes. Nothing is drawn here: a
// resample's difference is a sum of independent steps -1, 0, +1 with the shares of the counts, whose distribution follows from its
// characteristic function. That is the limit of ever more resamples, so there is no seed and no noise. Swapping a and b mirrors the
// interval. It is about as long as 3.92 sqrt((share only a + share only b - difference^2) / n). At least one sample.
Interval BootstrapInterval(const PairedCounts& counts);

// Holm's correction for several tests (Holm 1979): at most 5 % chance of any false finding among those with a result below .05.
// {.01, .04, .03} -> {.03, .06, .06}. In the order of `p_values`.
std::vector<double> HolmAdjusted(absl::Span<const double> p_values);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_PAIRED_COMPARISON_H_
