// How many times as much one thing takes as another, from pairs of measurements taken in turn: the
// median of the pairs' ratios with a 95 % bootstrap interval.
//   // Median 2, interval [1.9, 2.2].
//   const RatioEstimate ratio = EstimateMedianRatio({2.0, 2.2, 1.9}, {1.0, 1.0, 1.0});
// The machine's drift affects both measurements of a pair and cancels in their ratio. The median
// ignores a pair that something else disturbed. Thread-safe.
#ifndef MICA_BENCH_MEDIAN_RATIO_H_
#define MICA_BENCH_MEDIAN_RATIO_H_

#include <vector>

#include "absl/types/span.h"

namespace mica {

// Needs at least one value; for an even count, the mean of the middle two.
double Median(std::vector<double> values);

struct RatioEstimate {
  double ratio = 0;
  double low = 0;
  double high = 0;

  bool Contains(double value) const { return low <= value && value <= high; }
};

// Pair i is numerators[i] / denominators[i], all above 0; the number of pairs is odd. The interval
// is the percentile bootstrap's (Efron and Tibshirani 1993, section 13.3): the central 95 % of the
// medians of resamples of the ratios with replacement. For an odd count their distribution has a
// closed form, so nothing is drawn; it is the limit of ever more resamples. With 15 pairs the
// interval spans the 4th smallest to the 4th largest ratio, with five or fewer all of them.
RatioEstimate EstimateMedianRatio(absl::Span<const double> numerators, absl::Span<const double> denominators);

}  // namespace mica

#endif  // MICA_BENCH_MEDIAN_RATIO_H_
