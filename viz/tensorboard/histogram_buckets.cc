#include "viz/tensorboard/histogram_buckets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace mica {
namespace {

std::vector<double> MakeLimits() {
  std::vector<double> positive;
  for (double limit = 1e-12; limit < 1e20; limit *= 1.1) positive.push_back(limit);
  positive.push_back(std::numeric_limits<double>::max());
  std::vector<double> limits;
  for (auto limit = positive.rbegin(); limit != positive.rend(); ++limit) limits.push_back(-*limit);
  limits.push_back(0);
  limits.insert(limits.end(), positive.begin(), positive.end());
  return limits;
}

// The bucket of the least value among the floats whose upper 16 bits are the same: sign, exponent
// and 7 bits of the fraction. Such floats differ by less than 1 %, so they lie in two buckets at
// most.
constexpr int kLowerBits = 16;

float FloatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

std::array<uint16_t, 1 << 16> MakeFirstBuckets() {
  const std::vector<double>& limits = DefaultBucketLimits();
  std::array<uint16_t, 1 << 16> buckets{};
  for (uint32_t upper = 0; upper < buckets.size(); ++upper) {
    const bool negative = upper >> 15;
    const float least = FloatOf(upper << kLowerBits | (negative ? (1u << kLowerBits) - 1 : 0));
    if (std::isfinite(least))
      buckets[upper] = static_cast<uint16_t>(std::upper_bound(limits.begin(), limits.end(), least) - limits.begin());
  }
  return buckets;
}

size_t BucketOf(float value) {
  static const std::array<uint16_t, 1 << 16>& first_buckets = *new std::array<uint16_t, 1 << 16>(MakeFirstBuckets());
  static const double* const limits = DefaultBucketLimits().data();
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  size_t bucket = first_buckets[bits >> kLowerBits];
  while (value >= limits[bucket]) ++bucket;
  return bucket;
}

// Runs of empty buckets become one.
void KeepFilledBuckets(absl::Span<const int64_t> counts, HistogramBuckets* buckets) {
  const std::vector<double>& limits = DefaultBucketLimits();
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0 && i + 1 < counts.size() && counts[i + 1] == 0) continue;
    buckets->limits.push_back(limits[i]);
    buckets->counts.push_back(static_cast<double>(counts[i]));
  }
}

}  // namespace

const std::vector<double>& DefaultBucketLimits() {
  static const std::vector<double>& limits = *new std::vector<double>(MakeLimits());
  return limits;
}

HistogramBuckets CountIntoBuckets(absl::Span<const float> values) {
  HistogramBuckets buckets;
  std::vector<int64_t> counts(DefaultBucketLimits().size());
  int64_t count = 0;
  float min = std::numeric_limits<float>::max();
  float max = std::numeric_limits<float>::lowest();
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    ++counts[BucketOf(value)];
    ++count;
    min = std::min(min, value);
    max = std::max(max, value);
    buckets.sum += value;
    buckets.sum_squares += double{value} * value;
  }
  buckets.count = static_cast<double>(count);
  if (count > 0) {
    buckets.min = min;
    buckets.max = max;
  }
  KeepFilledBuckets(counts, &buckets);
  return buckets;
}

}  // namespace mica
