// How many times as much one thing takes as another, from pairs of measurements taken in turn: the median of the pairs' ratios with a 95 %
// bootstrap interval.
//   const RatioEstimate ratio = EstimateMedianRatio({2.0, 2.2, 1.9}, {1.0, 1.0, 1.0});   // median 2, interval [1.9, 2.2]
// The machine's drift moves both measurements of a pair and leaves their ratio; the median leaves out the pair in which something else woke
// up. Thread-safe (pure).
#ifndef MICA_BENCH_MEDIAN_RATIO_H_
#define MICA_BENCH_MEDIAN_RATIO_H_

#include <vector>

#include "absl/types/span.h"

namespace mica {

// Of at least one value; the mean of the middle two for an even count.
double Median(std::vector<double> values);

struct RatioEstimate {
  double ratio = 0;
  double low = 0;
  double high = 0;

  bool Contains(double value) const { return low <= value && value <= high; }
};

// Pair i is numerators[i] / denominators[i], all above 0; the count of pairs is odd. The interval is the percentile bootstrap's (Efron and
// Tibshirani 1993, section 13.3): the central 95 % of the medians of resamples of the ratios with replacement. Their distribution is known
// in closed form for an odd count, so nothing is drawn: it is what ever more resamples tend to. With 15 pairs it spans the 4th smallest to
// the 4th largest ratio, with five or fewer all of them.
RatioEstimate EstimateMedianRatio(absl::Span<const double> numerators, absl::Span<const double> denominators);

}  // namespace mica

#endif  // MICA_BENCH_MEDIAN_RATIO_H_
