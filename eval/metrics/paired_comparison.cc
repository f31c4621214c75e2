#include "eval/metrics/paired_comparison.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mica {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kTail = 0.025;     // cut off at each end
constexpr double kRounding = 1e-9;  // error of the sums of probabilities below

// P(sum = first), P(sum = first + 1), … wherever that is not negligible.
struct Distribution {
  int64_t first;
  std::vector<double> probabilities;
};

// The sum of `count` independent steps: +1 with probability `up`, -1 with `down`, else 0. Computed
// as the discrete Fourier transform of its characteristic function phi(t)^count, on a lattice so
// wide (8 standard deviations and some steps to each side) that less than 1e-14 wraps around.
// Frequencies with a weight below e^-36 are left out; a few dozen remain.
Distribution DistributionOfSum(int64_t count, double up, double down) {
  const double n = static_cast<double>(count);
  const double deviation = std::sqrt(std::max(0.0, n * (up + down - (up - down) * (up - down))));
  const auto half = static_cast<int64_t>(std::ceil(8 * deviation + 40));
  Distribution distribution = {std::llround(n * (up - down)) - half, std::vector<double>(2 * half + 1, 1.0)};
  const double size = static_cast<double>(distribution.probabilities.size());
  for (int64_t j = 1; j <= half; ++j) {
    const double frequency = 2 * kPi * static_cast<double>(j) / size;
    const double real = 1 - up - down + (up + down) * std::cos(frequency);
    const double imaginary = (up - down) * std::sin(frequency);
    const double log_weight = n * std::log(std::hypot(real, imaginary));
    if (!(log_weight > -36)) continue;
    const double weight = 2 * std::exp(log_weight);
    const double angle = n * std::atan2(imaginary, real);
    for (size_t i = 0; i < distribution.probabilities.size(); ++i) {
      distribution.probabilities[i] +=
          weight * std::cos(angle - frequency * static_cast<double>(distribution.first + static_cast<int64_t>(i)));
    }
  }
  for (double& probability : distribution.probabilities) probability /= size;
  return distribution;
}

// How many probabilities from `begin` on to cut off: their sum is less than the tail.
template <typename Iterator>
int64_t CountCutOff(Iterator begin, Iterator end) {
  double sum = 0;
  Iterator next = begin;
  while (next != end && (sum += *next) < kTail - kRounding) ++next;
  return next - begin;
}

}  // namespace

double PairedCounts::Difference() const {
  return total() == 0 ? 0 : static_cast<double>(only_a_right - only_b_right) / static_cast<double>(total());
}

PairedCounts CountPairs(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b) {
  CHECK_EQ(a.size(), b.size());
  int64_t right_a = 0;
  int64_t right_b = 0;
  PairedCounts counts;
  for (size_t i = 0; i < a.size(); ++i) {
    right_a += a[i];
    right_b += b[i];
    counts.both_right += a[i] & b[i];
  }
  counts.only_a_right = right_a - counts.both_right;
  counts.only_b_right = right_b - counts.both_right;
  counts.both_wrong = static_cast<int64_t>(a.size()) - right_a - counts.only_b_right;
  return counts;
}

double McNemarP(const PairedCounts& counts) {
  const int64_t smaller = std::min(counts.only_a_right, counts.only_b_right);
  const int64_t total = counts.only_a_right + counts.only_b_right;
  // The largest term, then the others downwards by the ratio binom(n, i - 1) / binom(n, i) = i / (n
  // - i + 1).
  const double log_largest =
      std::lgamma(total + 1.0) - std::lgamma(smaller + 1.0) - std::lgamma(total - smaller + 1.0) - total * std::log(2.0);
  double term = 1;
  double sum = 1;
  for (int64_t i = smaller; i > 0 && term > 1e-18 * sum; --i) {
    term *= static_cast<double>(i) / static_cast<double>(total - i + 1);
    sum += term;
  }
  return std::min(1.0, 2 * std::exp(log_largest) * sum);
}

Interval BootstrapInterval(const PairedCounts& counts) {
  CHECK_GT(counts.total(), 0);
  const auto n = static_cast<double>(counts.total());
  const Distribution sum =
      DistributionOfSum(counts.total(), static_cast<double>(counts.only_a_right) / n, static_cast<double>(counts.only_b_right) / n);
  const std::vector<double>& probabilities = sum.probabilities;
  const int64_t last = sum.first + static_cast<int64_t>(probabilities.size()) - 1;
  const int64_t low = sum.first + CountCutOff(probabilities.begin(), probabilities.end());
  const int64_t high = last - CountCutOff(probabilities.rbegin(), probabilities.rend());
  return {static_cast<double>(low) / n, static_cast<double>(high) / n};
}

std::vector<double> HolmAdjusted(absl::Span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const double tests_left = static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, tests_left * p_values[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace mica
