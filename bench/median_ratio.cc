#include "bench/median_ratio.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>

namespace mica {
namespace {

constexpr double kTail = 0.025;  // outside the interval on each side

// The probability that a binomial variable of `count` trials is at least `least`.
double ChanceOfAtLeast(int least, int count, double p) {
  double chance = 0;
  for (int i = least; i <= count; ++i) {
    const double log_choices = std::lgamma(count + 1) - std::lgamma(i + 1) - std::lgamma(count - i + 1);
    chance += std::exp(log_choices) * std::pow(p, i) * std::pow(1 - p, count - i);
  }
  return chance;
}

// The rank, from 1, of the interval's lower end. A resample's median is at most the k-th smallest
// of `count` values if more than half of its draws are, each with probability k / count.
int LowRank(int count) {
  int rank = 1;
  while (ChanceOfAtLeast(count / 2 + 1, count, static_cast<double>(rank) / count) < kTail) ++rank;
  return rank;
}

}  // namespace

double Median(std::vector<double> values) {
  CHECK(!values.empty()) << "the median of nothing";
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

RatioEstimate EstimateMedianRatio(absl::Span<const double> numerators, absl::Span<const double> denominators) {
  CHECK_EQ(numerators.size(), denominators.size());
  CHECK_EQ(numerators.size() % 2, 1u);
  std::vector<double> ratios;
  for (size_t i = 0; i < numerators.size(); ++i) ratios.push_back(numerators[i] / denominators[i]);
  std::sort(ratios.begin(), ratios.end());
  const int rank = LowRank(static_cast<int>(ratios.size()));
  return {Median(ratios), ratios[rank - 1], ratios[ratios.size() - rank]};
}

}  // namespace mica
