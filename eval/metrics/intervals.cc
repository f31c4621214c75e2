#include "eval/metrics/intervals.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/rng.h"

namespace mica {
namespace {

constexpr double kDeviationsOf95Percent = 1.959963984540054;

// [0, bound) from one 32-bit word, without bias and without a division but for one in 2^32 / bound
// draws (Lemire 2019, "Fast Random Integer Generation in an Interval").
uint32_t DrawBelow(uint32_t bound, Rng* rng) {
  uint64_t product = uint64_t{rng->NextU32()} * bound;
  if (static_cast<uint32_t>(product) < bound) {
    const uint32_t remainder = -bound % bound;
    while (static_cast<uint32_t>(product) < remainder) product = uint64_t{rng->NextU32()} * bound;
  }
  return static_cast<uint32_t>(product >> 32);
}

double Percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  // Without the test, infinite losses give NaN.
  return sorted[below] == sorted[above] ? sorted[below] : sorted[below] + part * (sorted[above] - sorted[below]);
}

}  // namespace

Interval WilsonInterval(int64_t successes, int64_t trials) {
  CHECK(successes >= 0 && successes <= trials) << successes << " of " << trials;
  if (trials == 0) return {0, 1};
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double z2 = kDeviationsOf95Percent * kDeviationsOf95Percent / n;
  const double middle = share + z2 / 2;
  const double radius = std::sqrt(z2 * (share * (1 - share) + z2 / 4));
  return {successes == 0 ? 0 : (middle - radius) / (1 + z2), successes == trials ? 1 : (middle + radius) / (1 + z2)};
}

Interval BootstrapInterval(int64_t samples, absl::FunctionRef<double(absl::Span<const int64_t>)> metric, const BootstrapOptions& options) {
  CHECK(samples >= 1 && samples < int64_t{1} << 32) << samples;
  CHECK_GE(options.resamples, 1);
  CHECK(options.level > 0 && options.level < 1) << options.level;
  std::vector<int64_t> drawn(samples);
  std::vector<double> metrics;
  for (int64_t resample = 0; resample < options.resamples; ++resample) {
    Rng rng(options.seed, RngStream::kBootstrap, /*epoch=*/0, resample);
    for (int64_t& place : drawn) place = DrawBelow(static_cast<uint32_t>(samples), &rng);
    metrics.push_back(metric(drawn));
    if (std::isnan(metrics.back())) return {metrics.back(), metrics.back()};
  }
  std::sort(metrics.begin(), metrics.end());
  return {Percentile(metrics, (1 - options.level) / 2), Percentile(metrics, (1 + options.level) / 2)};
}

}  // namespace mica
