#include "eval/metrics/intervals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/rng.h"
#include "eval/metrics/class_counts.h"

namespace mica {
namespace {

using testing::IsNan;
using testing::Lt;

double MeanAt(const std::vector<double>& values, absl::Span<const int64_t> drawn) {
  double sum = 0;
  for (const int64_t i : drawn) sum += values[i];
  return sum / static_cast<double>(drawn.size());
}

// By scipy 1.17.1: binomtest(k, n).proportion_ci(method="wilson").
TEST(WilsonIntervalTest, AgreesWithScipy) {
  const struct {
    int64_t successes, trials;
    double low, high;
  } kVectors[] = {
      {185, 200, .8799564, .9540251}, {8852, 10000, .8788036, .8913006}, {9, 9, .7008550, 1}, {0, 9, 0, .2991450},
      {1, 2, .0945312, .9054688},
  };
  for (const auto& expected : kVectors) {
    const Interval interval = WilsonInterval(expected.successes, expected.trials);
    EXPECT_NEAR(interval.low, expected.low, 1e-6) << expected.successes;
    EXPECT_NEAR(interval.high, expected.high, 1e-6) << expected.successes;
  }
}

TEST(WilsonIntervalTest, StaysWithinZeroAndOneAndHoldsTheShare) {
  EXPECT_EQ(WilsonInterval(0, 0).low, 0);
  EXPECT_EQ(WilsonInterval(0, 0).high, 1);
  for (int64_t trials = 1; trials < 60; ++trials) {
    for (int64_t successes = 0; successes <= trials; ++successes) {
      const Interval interval = WilsonInterval(successes, trials);
      const double share = static_cast<double>(successes) / static_cast<double>(trials);
      EXPECT_GE(interval.low, 0);
      EXPECT_LE(interval.low, share);
      EXPECT_GE(interval.high, share);
      EXPECT_LE(interval.high, 1);
      EXPECT_NEAR(WilsonInterval(trials - successes, trials).high, 1 - interval.low, 1e-12);
    }
  }
}

TEST(BootstrapTest, IsNormalForTheMeanOfManySamples) {
  Rng rng(/*seed=*/9, RngStream::kShuffle, 1, 0);
  std::vector<double> values(4000);
  for (double& value : values) value = rng.Uniform();
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 4000;
  const Interval interval = BootstrapInterval(4000, [&](absl::Span<const int64_t> drawn) { return MeanAt(values, drawn); },
                                              {/*resamples=*/4000, /*level=*/.95, /*seed=*/1});
  const double half = 1.959964 * std::sqrt(1 / 12.0 / 4000);
  EXPECT_NEAR(interval.low, mean - half, .06 * half);
  EXPECT_NEAR(interval.high, mean + half, .06 * half);
}

// A resample of 3 samples holds the first not at all with probability (2/3)^3 = 8/27, once with
// 12/27, twice with 6/27, three times with 1/27.
TEST(BootstrapTest, DrawsWithReplacementAndEvenly) {
  std::vector<int> times(4);
  std::vector<int> places(3);
  const auto count = [&](absl::Span<const int64_t> drawn) {
    EXPECT_EQ(drawn.size(), 3);
    int first = 0;
    for (const int64_t i : drawn) {
      first += i == 0;
      ++places.at(i);
    }
    ++times[first];
    return 0.0;
  };
  BootstrapInterval(3, count, {/*resamples=*/27000, /*level=*/.95, /*seed=*/4});
  const int expected[] = {8000, 12000, 6000, 1000};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(times[i], expected[i], 4.5 * std::sqrt(expected[i])) << i;
  for (const int place : places) EXPECT_NEAR(place, 27000, 4.5 * std::sqrt(27000 * 2 / 3.0));
}

TEST(BootstrapTest, TheSeedAloneDecides) {
  std::vector<double> values(50);
  std::iota(values.begin(), values.end(), 0);
  const auto interval = [&](uint64_t seed) {
    return BootstrapInterval(50, [&](absl::Span<const int64_t> drawn) { return MeanAt(values, drawn); }, {100, .9, seed});
  };
  EXPECT_EQ(interval(1).low, interval(1).low);
  EXPECT_EQ(interval(1).high, interval(1).high);
  EXPECT_NE(interval(1).low, interval(2).low);
}

// numpy.percentile([0, 1, 2, 3, 4], [10, 90]) == [.4, 3.6]
TEST(BootstrapTest, PercentilesLieBetweenTwoResamples) {
  double next = 4;
  const Interval interval = BootstrapInterval(1, [&](absl::Span<const int64_t>) { return next--; }, {/*resamples=*/5, /*level=*/.8});
  EXPECT_NEAR(interval.low, .4, 1e-12);
  EXPECT_NEAR(interval.high, 3.6, 1e-12);
}

TEST(BootstrapTest, WiderLevelsHoldNarrowerOnes) {
  std::vector<double> values(80);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i % 3 == 0;
  Interval before = {.3375, .3375};
  for (const double level : {.5, .8, .95, .99}) {
    const Interval interval = BootstrapInterval(80, [&](absl::Span<const int64_t> drawn) { return MeanAt(values, drawn); }, {1000, level});
    EXPECT_LT(interval.low, before.low);
    EXPECT_GT(interval.high, before.high);
    before = interval;
  }
}

TEST(BootstrapTest, OneSampleOrOneResampleLeavesNoRoom) {
  const auto place = [](absl::Span<const int64_t> drawn) { return 7.0 + static_cast<double>(drawn[0]); };
  EXPECT_EQ(BootstrapInterval(1, place).low, 7);
  EXPECT_EQ(BootstrapInterval(1, place).high, 7);
  const Interval single = BootstrapInterval(1000, place, {/*resamples=*/1});
  EXPECT_EQ(single.low, single.high);
}

TEST(BootstrapTest, NanAndInfinityPassThrough) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  int calls = 0;
  const Interval unknown = BootstrapInterval(5, [&](absl::Span<const int64_t>) { return ++calls == 10 ? nan : 1.0; });
  EXPECT_THAT(unknown.low, IsNan());
  EXPECT_THAT(unknown.high, IsNan());
  const Interval infinite = BootstrapInterval(5, [&](absl::Span<const int64_t>) { return infinity; });
  EXPECT_EQ(infinite.low, infinity);
  EXPECT_EQ(infinite.high, infinity);
}

// Some 0.1 s; the bound only catches a change in the order of growth.
TEST(BootstrapTest, AThousandResamplesOfTenThousandSamplesAreQuick) {
  std::vector<int> labels(10000), predictions(10000);
  for (int i = 0; i < 10000; ++i) {
    labels[i] = i % 10;
    predictions[i] = i % 7 == 0 ? i % 3 : labels[i];
  }
  const auto macro_f1 = [&](absl::Span<const int64_t> drawn) {
    ClassCounts counts(10);
    for (const int64_t i : drawn) counts.Add(labels[i], predictions[i]);
    return counts.MacroF1();
  };
  const absl::Time start = absl::Now();
  const Interval interval = BootstrapInterval(10000, macro_f1);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  EXPECT_NEAR(interval.high - interval.low, .012, .003);
  RecordProperty("seconds", std::to_string(seconds));
  EXPECT_THAT(seconds, Lt(5));
}

}  // namespace
}  // namespace mica
