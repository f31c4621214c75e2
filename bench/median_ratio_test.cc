#include "bench/median_ratio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace mica {
namespace {

TEST(MedianTest, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
}

// The ratios are 1 … count.
RatioEstimate OfFirstNumbers(int count) {
  std::vector<double> numbers;
  for (int i = 1; i <= count; ++i) numbers.push_back(i);
  return EstimateMedianRatio(numbers, std::vector<double>(count, 1.0));
}

// The probabilities are sums of binomial terms, computed with Python's math.comb.
TEST(MedianRatioTest, TheIntervalSpansKnownRanks) {
  struct Case {
    int count, low;
  };
  for (const Case& known : {Case{1, 1}, Case{3, 1}, Case{5, 1}, Case{7, 2}, Case{9, 2}, Case{15, 4}, Case{25, 8}, Case{31, 11}}) {
    const RatioEstimate estimate = OfFirstNumbers(known.count);
    EXPECT_EQ(estimate.low, known.low) << known.count;
    EXPECT_EQ(estimate.ratio, (known.count + 1) / 2) << known.count;
    EXPECT_EQ(estimate.high, known.count + 1 - known.low) << known.count;
  }
}

// The central 95 % of the medians of 20,000 resamples. For these counts the probabilities next to
// 2.5 % are more than five deviations away.
RatioEstimate Resampled(int count) {
  std::mt19937_64 generator(42);
  std::vector<double> medians;
  for (int i = 0; i < 20000; ++i) {
    std::vector<double> resample(count);
    for (double& value : resample) value = static_cast<double>(1 + generator() % count);
    medians.push_back(Median(resample));
  }
  std::sort(medians.begin(), medians.end());
  return {Median(medians), medians[499], medians[19500]};
}

TEST(MedianRatioTest, TheIntervalIsWhatResamplingGives) {
  for (const int count : {3, 5, 7, 9, 31}) {
    const RatioEstimate estimate = OfFirstNumbers(count);
    const RatioEstimate resampled = Resampled(count);
    EXPECT_EQ(estimate.low, resampled.low) << count;
    EXPECT_EQ(estimate.high, resampled.high) << count;
  }
}

TEST(MedianRatioTest, APairsRatioIsFreeOfTheDriftOfBoth) {
  const RatioEstimate estimate = EstimateMedianRatio({2, 4, 8, 16, 32}, {1, 2, 4, 8, 16});
  EXPECT_EQ(estimate.ratio, 2);
  EXPECT_EQ(estimate.low, 2);
  EXPECT_EQ(estimate.high, 2);
}

TEST(MedianRatioTest, OneBadPairMovesNothing) {
  const RatioEstimate estimate = EstimateMedianRatio({3, 3, 3, 3, 300, 3, 3, 3, 3}, std::vector<double>(9, 1.0));
  EXPECT_EQ(estimate.ratio, 3);
  EXPECT_EQ(estimate.high, 3);
}

TEST(MedianRatioTest, TheIntervalContainsItsEnds) {
  const RatioEstimate estimate = {1.5, 1.25, 2};
  EXPECT_TRUE(estimate.Contains(1.25));
  EXPECT_TRUE(estimate.Contains(2));
  EXPECT_FALSE(estimate.Contains(1));
  EXPECT_FALSE(estimate.Contains(2.5));
}

}  // namespace
}  // namespace mica
