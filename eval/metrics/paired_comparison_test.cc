#include "eval/metrics/paired_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"

namespace mica {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PairedCounts Counts(int64_t only_a, int64_t only_b, int64_t both_right = 0, int64_t both_wrong = 0) {
  return {both_right, only_a, only_b, both_wrong};
}

TEST(CountPairsTest, CountsTheFourCases) {
  const PairedCounts counts = CountPairs({1, 1, 1, 0, 0, 1, 0}, {1, 1, 0, 1, 0, 0, 0});
  EXPECT_EQ(counts.both_right, 2);
  EXPECT_EQ(counts.only_a_right, 2);
  EXPECT_EQ(counts.only_b_right, 1);
  EXPECT_EQ(counts.both_wrong, 2);
  EXPECT_EQ(counts.total(), 7);
  EXPECT_DOUBLE_EQ(counts.Difference(), 1.0 / 7);
  EXPECT_EQ(CountPairs({}, {}).Difference(), 0);
}

TEST(McNemarTest, ConventionalVectors) {
  EXPECT_NEAR(McNemarP(Counts(2, 13)), .007385, 5e-7);
  EXPECT_NEAR(McNemarP(Counts(25, 40)), .081682, 5e-7);
  EXPECT_EQ(McNemarP(Counts(10, 10)), 1);
}

TEST(McNemarTest, ClosedForms) {
  EXPECT_EQ(McNemarP(Counts(0, 0)), 1);
  EXPECT_EQ(McNemarP(Counts(0, 1)), 1);
  for (const int n : {2, 5, 10, 50, 1000}) {
    EXPECT_NEAR(McNemarP(Counts(0, n)) / std::ldexp(2.0, -n), 1, 1e-9) << n;
    EXPECT_NEAR(McNemarP(Counts(n - 1, 1)) / std::min(1.0, std::ldexp(2.0 * (n + 1), -n)), 1, 1e-9) << n;
  }
}

TEST(McNemarTest, OnlyDiscordantSamplesMatterAndNeitherSideIsFavoured) {
  for (int b = 0; b < 40; ++b) {
    for (int c = 0; c < 40; ++c) {
      const double p = McNemarP(Counts(b, c));
      EXPECT_EQ(p, McNemarP(Counts(c, b)));
      EXPECT_EQ(p, McNemarP(Counts(b, c, 1000, 77)));
      EXPECT_GT(p, 0);
      EXPECT_LE(p, 1);
      // A larger difference from as many samples is less likely.
      EXPECT_LE(McNemarP(Counts(std::min(b, c), std::max(b, c) + 1)), McNemarP(Counts(std::min(b, c) + 1, std::max(b, c))));
    }
  }
}

// The normal approximation with continuity correction, good to 1e-3 of the value here.
TEST(McNemarTest, LargeCountsNeitherOverflowNorVanish) {
  const double z = (2000 - 1) / std::sqrt(1e6);
  EXPECT_NEAR(McNemarP(Counts(499000, 501000)) / std::erfc(z / std::sqrt(2.0)), 1, 1e-3);
  EXPECT_EQ(McNemarP(Counts(500000, 500000)), 1);
  EXPECT_EQ(McNemarP(Counts(0, 1000000)), 0) << "2^-999999 is below every double";
  EXPECT_NEAR(McNemarP(Counts(499999999, 500000001)), 1, 1e-3);
}

// All resamples of n samples, each with its probability.
Interval EnumeratedInterval(const PairedCounts& counts) {
  const int n = static_cast<int>(counts.total());
  const double up = static_cast<double>(counts.only_a_right) / n;
  const double down = static_cast<double>(counts.only_b_right) / n;
  std::vector<double> probabilities(2 * n + 1);
  for (int a = 0; a <= n; ++a) {
    for (int b = 0; a + b <= n; ++b) {
      const double ways = std::exp(std::lgamma(n + 1.0) - std::lgamma(a + 1.0) - std::lgamma(b + 1.0) - std::lgamma(n - a - b + 1.0));
      probabilities[n + a - b] += ways * std::pow(up, a) * std::pow(down, b) * std::pow(1 - up - down, n - a - b);
    }
  }
  int low = -n;
  for (double sum = probabilities[0]; sum < .025 - 1e-9; sum += probabilities[n + low]) ++low;
  int high = n;
  for (double sum = probabilities[2 * n]; sum < .025 - 1e-9; sum += probabilities[n + high]) --high;
  return {static_cast<double>(low) / n, static_cast<double>(high) / n};
}

TEST(BootstrapIntervalTest, EqualsTheCountOverAllResamplesOfFewSamples) {
  for (int a = 0; a <= 6; ++a) {
    for (int b = 0; b <= 6; ++b) {
      for (const int same : {0, 1, 5, 30}) {
        const PairedCounts counts = Counts(a, b, same);
        if (counts.total() == 0) continue;
        const Interval interval = BootstrapInterval(counts);
        const Interval expected = EnumeratedInterval(counts);
        EXPECT_DOUBLE_EQ(interval.low, expected.low) << a << " " << b << " " << same;
        EXPECT_DOUBLE_EQ(interval.high, expected.high) << a << " " << b << " " << same;
      }
    }
  }
}

// Resamples one by one, as in textbooks.
TEST(BootstrapIntervalTest, IsWhatResamplingOfSamplesComesTo) {
  const PairedCounts counts = Counts(31, 14, 120, 35);
  constexpr int kResamples = 20000;
  Rng rng(/*seed=*/5, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
  std::vector<double> differences;
  for (int i = 0; i < kResamples; ++i) {
    int difference = 0;
    for (int n = 0; n < 200; ++n) {
      const uint64_t sample = rng.UniformBelow(200);
      difference += sample < 31 ? 1 : sample < 45 ? -1 : 0;
    }
    differences.push_back(difference / 200.0);
  }
  std::sort(differences.begin(), differences.end());
  const Interval interval = BootstrapInterval(counts);
  EXPECT_THAT(interval.low, DoubleNear(differences[kResamples * 25 / 1000], 1.01 / 200));
  EXPECT_THAT(interval.high, DoubleNear(differences[kResamples * 975 / 1000], 1.01 / 200));
}

TEST(BootstrapIntervalTest, IsNormalForManySamples) {
  for (const PairedCounts& counts : {Counts(600, 500, 8000, 900), Counts(90000, 80000, 600000, 230000), Counts(0, 5000, 5000, 0)}) {
    const auto n = static_cast<double>(counts.total());
    const double share = static_cast<double>(counts.only_a_right + counts.only_b_right) / n;
    const double half = 1.959964 * std::sqrt((share - counts.Difference() * counts.Difference()) / n);
    const Interval interval = BootstrapInterval(counts);
    EXPECT_NEAR(interval.low, counts.Difference() - half, 1.5 / n);
    EXPECT_NEAR(interval.high, counts.Difference() + half, 1.5 / n);
  }
}

TEST(BootstrapIntervalTest, SwappingMirrorsAndTheDifferenceLiesInside) {
  for (const PairedCounts& counts : {Counts(3, 9, 50, 4), Counts(100, 90, 800, 10), Counts(1, 0, 9999, 0), Counts(7, 7)}) {
    const Interval interval = BootstrapInterval(counts);
    const Interval swapped = BootstrapInterval(Counts(counts.only_b_right, counts.only_a_right, counts.both_right, counts.both_wrong));
    EXPECT_EQ(interval.low, -swapped.high);
    EXPECT_EQ(interval.high, -swapped.low);
    EXPECT_LE(interval.low, counts.Difference());
    EXPECT_GE(interval.high, counts.Difference());
    EXPECT_GE(interval.low, -1);
    EXPECT_LE(interval.high, 1);
  }
}

TEST(BootstrapIntervalTest, EqualAnswersLeaveNoRoom) {
  const Interval same = BootstrapInterval(Counts(0, 0, 90, 10));
  EXPECT_EQ(same.low, 0);
  EXPECT_EQ(same.high, 0);
  const Interval always = BootstrapInterval(Counts(12, 0));
  EXPECT_EQ(always.low, 1);
  EXPECT_EQ(always.high, 1);
}

// Holm 1979: sort, multiply by the number of tests left, never fall.
TEST(HolmAdjustedTest, MultipliesByTheTestsLeft) {
  EXPECT_THAT(HolmAdjusted({.01, .04, .03}), ElementsAre(DoubleNear(.03, 1e-12), DoubleNear(.06, 1e-12), DoubleNear(.06, 1e-12)));
  EXPECT_THAT(HolmAdjusted({.2, .9, .6}), ElementsAre(DoubleNear(.6, 1e-12), 1, 1));
  EXPECT_THAT(HolmAdjusted({.05}), ElementsAre(.05));
  EXPECT_THAT(HolmAdjusted({}), IsEmpty());
}

}  // namespace
}  // namespace mica
