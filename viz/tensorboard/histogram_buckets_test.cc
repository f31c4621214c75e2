#include "viz/tensorboard/histogram_buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "base/rng.h"

namespace mica {
namespace {

using testing::ElementsAre;

constexpr double kLargest = std::numeric_limits<double>::max();

TEST(DefaultBucketLimitsTest, GrowByATenthOnBothSidesOfZero) {
  const std::vector<double>& limits = DefaultBucketLimits();
  ASSERT_EQ(limits.size(), 1551u);
  EXPECT_EQ(limits[775], 0);
  EXPECT_EQ(limits[776], 1e-12);
  EXPECT_EQ(limits[777], 1e-12 * 1.1);
  EXPECT_EQ(limits[1549], 9.920775621859783e+19);  // from Python, the 774th of the products
  EXPECT_EQ(limits[1550], kLargest);
  for (size_t i = 0; i < limits.size(); ++i) EXPECT_EQ(limits[i], -limits[1550 - i]) << i;
}

TEST(CountIntoBucketsTest, ACaseByHand) {
  const HistogramBuckets buckets = CountIntoBuckets({-1.0f, 0.0f, 0.0f, 2.0f});
  EXPECT_EQ(buckets.min, -1);
  EXPECT_EQ(buckets.max, 2);
  EXPECT_EQ(buckets.count, 4);
  EXPECT_EQ(buckets.sum, 1);
  EXPECT_EQ(buckets.sum_squares, 5);
  // Empty, -1, empty, 0 twice, empty, 2, empty.
  EXPECT_THAT(buckets.counts, ElementsAre(0, 1, 0, 2, 0, 1, 0));
  EXPECT_THAT(buckets.limits[2], 0);
  EXPECT_THAT(buckets.limits[3], 1e-12);
  EXPECT_LE(buckets.limits[4], 2);
  EXPECT_GT(buckets.limits[5], 2);
  EXPECT_EQ(buckets.limits[6], kLargest);
}

TEST(CountIntoBucketsTest, WithoutValuesOneEmptyBucketIsLeft) {
  const HistogramBuckets buckets = CountIntoBuckets({});
  EXPECT_EQ(buckets.count, 0);
  EXPECT_EQ(buckets.min, 0);
  EXPECT_THAT(buckets.limits, ElementsAre(kLargest));
  EXPECT_THAT(buckets.counts, ElementsAre(0));
}

TEST(CountIntoBucketsTest, LeavesOutWhatIsNotFinite) {
  const float infinity = std::numeric_limits<float>::infinity();
  const HistogramBuckets buckets = CountIntoBuckets({NAN, infinity, -infinity, -NAN, 3.0f});
  EXPECT_EQ(buckets.count, 1);
  EXPECT_EQ(buckets.sum, 3);
  EXPECT_THAT(buckets.counts, ElementsAre(0, 1, 0));
}

// Counts by limit, from the definition.
std::map<double, double> SearchedCounts(const std::vector<float>& values) {
  const std::vector<double>& limits = DefaultBucketLimits();
  std::map<double, double> counts;
  for (const float value : values) ++counts[*std::upper_bound(limits.begin(), limits.end(), double{value})];
  return counts;
}

std::map<double, double> FilledCounts(const HistogramBuckets& buckets) {
  std::map<double, double> counts;
  for (size_t i = 0; i < buckets.limits.size(); ++i) {
    if (buckets.counts[i] > 0) counts[buckets.limits[i]] = buckets.counts[i];
  }
  return counts;
}

// All limits as floats, their neighbours, and floats of any bits.
std::vector<float> HardValues() {
  std::vector<float> values = {0.0f,
                               -0.0f,
                               std::numeric_limits<float>::max(),
                               std::numeric_limits<float>::lowest(),
                               std::numeric_limits<float>::denorm_min(),
                               -std::numeric_limits<float>::denorm_min()};
  const std::vector<double>& limits = DefaultBucketLimits();
  for (size_t i = 1; i + 1 < limits.size(); ++i) {
    const float limit = static_cast<float>(limits[i]);
    for (const float value : {limit, std::nextafter(limit, 1e30f), std::nextafter(limit, -1e30f)}) values.push_back(value);
  }
  Rng rng(/*seed=*/1, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  for (int i = 0; i < 20'000; ++i) {
    const uint32_t bits = rng.NextU32();
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isfinite(value)) values.push_back(value);
  }
  return values;
}

TEST(CountIntoBucketsTest, EqualsASearchForFloatsOfAnyBits) {
  const std::vector<float> values = HardValues();
  const HistogramBuckets buckets = CountIntoBuckets(values);
  EXPECT_EQ(FilledCounts(buckets), SearchedCounts(values));
  EXPECT_EQ(std::accumulate(buckets.counts.begin(), buckets.counts.end(), 0.0), static_cast<double>(values.size()));
  EXPECT_EQ(buckets.max, double{std::numeric_limits<float>::max()});
  for (const float value : values) ASSERT_EQ(FilledCounts(CountIntoBuckets({value})), SearchedCounts({value})) << value;
}

TEST(CountIntoBucketsTest, NeighboursAreNeverBothEmpty) {
  const HistogramBuckets buckets = CountIntoBuckets(HardValues());
  const HistogramBuckets sparse = CountIntoBuckets({-5e-3f, 1e-30f, 7.0f, 7.1f, 1e30f});
  for (const HistogramBuckets& some : {buckets, sparse}) {
    ASSERT_EQ(some.limits.size(), some.counts.size());
    for (size_t i = 1; i < some.counts.size(); ++i) {
      EXPECT_GT(some.counts[i] + some.counts[i - 1], 0) << i;
      EXPECT_GT(some.limits[i], some.limits[i - 1]) << i;
    }
  }
}

}  // namespace
}  // namespace mica
