#include "base/rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace mica {
namespace {

using testing::ElementsAre;

constexpr uint64_t kSeed = 42;

using Block = std::array<uint32_t, 4>;

// Philox4x32-10 again, written from the paper (Salmon et al. 2011, section 3.3 and table 2), not
// from Random123's code.
Block ReferencePhilox(Block counter, uint32_t key_low, uint32_t key_high) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product_0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product_1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product_1 >> 32) ^ counter[1] ^ key_low, static_cast<uint32_t>(product_1),
               static_cast<uint32_t>(product_0 >> 32) ^ counter[3] ^ key_high, static_cast<uint32_t>(product_0)};
    key_low += 0x9E3779B9;
    key_high += 0xBB67AE85;
  }
  return counter;
}

Block NextBlock(Rng& rng) {
  Block block;
  for (uint32_t& number : block) number = rng.NextU32();
  return block;
}

std::vector<uint64_t> Numbers(Rng rng, int count) {
  std::vector<uint64_t> numbers(count);
  for (uint64_t& number : numbers) number = rng.NextU64();
  return numbers;
}

// Sum over cells of (found - expected)^2 / expected; close to cells - 1 for uniform numbers.
double ChiSquare(const std::vector<int>& found) {
  const double expected = std::accumulate(found.begin(), found.end(), 0.0) / found.size();
  double sum = 0;
  for (const int count : found) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// The lines "philox4x32 10" of Random123's kat_vectors. Rng counts the first counter word itself,
// so it can only reproduce the first line.
TEST(RngTest, ReferenceGivesThePublishedVectors) {
  EXPECT_EQ(ReferencePhilox({0, 0, 0, 0}, 0, 0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(ReferencePhilox({~0u, ~0u, ~0u, ~0u}, ~0u, ~0u), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(ReferencePhilox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RngTest, GivesThePublishedVectorOfZeros) {
  Rng rng(/*seed=*/0, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
  EXPECT_EQ(NextBlock(rng), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(RngTest, LaysKeyAndCounterOutAsTheHeaderSays) {
  Rng rng(0x0123456789abcdef, RngStream::kTrainStep, /*epoch=*/77, static_cast<int64_t>(0xfedcba9876543210));
  for (uint32_t draw = 0; draw < 100; ++draw) {
    EXPECT_EQ(NextBlock(rng), ReferencePhilox({draw, 2u << 24 | 77, 0x76543210, 0xfedcba98}, 0x89abcdef, 0x01234567)) << draw;
  }
}

TEST(RngTest, StreamNumbersStayAsTheyAre) {
  EXPECT_EQ(static_cast<int>(RngStream::kInitialisation), 1);
  EXPECT_EQ(static_cast<int>(RngStream::kTrainStep), 2);
  EXPECT_EQ(static_cast<int>(RngStream::kShuffle), 3);
}

// Pinned here and in rng.h; computed by an implementation in Python. A change in any of them
// changes every run.
TEST(RngTest, FirstNumbersStayAsTheyAre) {
  Rng words(kSeed, RngStream::kShuffle, 1, 0);
  EXPECT_EQ(NextBlock(words), (Block{0xeb27a059, 0x9d042754, 0x802ca5e5, 0x80fb0a57}));
  EXPECT_EQ(NextBlock(words), (Block{0x589fd033, 0xa004905c, 0xafe8d23d, 0x30399704}));
  EXPECT_EQ(Rng(kSeed, RngStream::kShuffle, 1, 0).NextU64(), 0x9d042754eb27a059);
  Rng fractions(kSeed, RngStream::kShuffle, 1, 0);
  EXPECT_EQ(fractions.Uniform(), 0.6133446295090423);
  EXPECT_EQ(fractions.Uniform(), 0.5038305724739751);
  Rng digits(kSeed, RngStream::kShuffle, 1, 0);
  std::vector<uint64_t> below_ten(8);
  for (uint64_t& digit : below_ten) digit = digits.UniformBelow(10);
  EXPECT_THAT(below_ten, ElementsAre(7, 7, 1, 3, 7, 1, 3, 9));
}

TEST(RngTest, UniformStaysInTheUnitIntervalAndFillsItEvenly) {
  Rng rng(kSeed, RngStream::kShuffle, 1, 0);
  std::vector<int> cells(100);
  for (int i = 0; i < 100000; ++i) {
    const double number = rng.Uniform();
    ASSERT_GE(number, 0.0);
    ASSERT_LT(number, 1.0);
    ++cells[static_cast<int>(number * 100)];
  }
  // 99 degrees of freedom: mean 99, deviation 14. Two-sided: numbers that are too even are not
  // random either.
  EXPECT_LT(ChiSquare(cells), 99 + 5 * 14);
  EXPECT_GT(ChiSquare(cells), 99 - 5 * 14);
}

TEST(RngTest, EveryBitOfTheOutputIsSetHalfOfTheTime) {
  Rng rng(kSeed, RngStream::kShuffle, 1, 0);
  std::array<int, 64> set = {};
  for (int i = 0; i < 10000; ++i) {
    const uint64_t number = rng.NextU64();
    for (int bit = 0; bit < 64; ++bit) set[bit] += number >> bit & 1;
  }
  for (int bit = 0; bit < 64; ++bit) EXPECT_NEAR(set[bit], 5000, 5 * 50) << bit;  // deviation 50
}

TEST(RngTest, UniformBelowIsEvenForSmallBounds) {
  for (const int bound : {1, 2, 3, 7, 10, 1000}) {
    Rng rng(kSeed, RngStream::kShuffle, bound, 0);
    std::vector<int> cells(bound);
    for (int i = 0; i < 100 * bound; ++i) {
      const uint64_t number = rng.UniformBelow(bound);
      ASSERT_LT(number, static_cast<uint64_t>(bound));
      ++cells[number];
    }
    EXPECT_LE(ChiSquare(cells), bound - 1 + 5 * std::sqrt(2.0 * (bound - 1))) << bound;
  }
}

// 2^64 mod (3 * 2^62) = 2^62: a plain remainder would fall below 2^62 half of the time, not a
// third.
TEST(RngTest, UniformBelowHasNoBiasForAwkwardBounds) {
  constexpr uint64_t kQuarter = uint64_t{1} << 62;
  Rng rng(kSeed, RngStream::kShuffle, 1, 0);
  int low = 0;
  for (int i = 0; i < 30000; ++i) {
    const uint64_t number = rng.UniformBelow(3 * kQuarter);
    ASSERT_LT(number, 3 * kQuarter);
    low += number < kQuarter;
  }
  EXPECT_NEAR(low, 10000, 5 * 82);  // deviation sqrt(30000 * 1/3 * 2/3) = 82
}

TEST(RngTest, UniformBelowTakesTheExtremeBounds) {
  Rng rng(kSeed, RngStream::kShuffle, 1, 0);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(rng.UniformBelow(1), 0u);
    EXPECT_LT(rng.UniformBelow(~uint64_t{0}), ~uint64_t{0});
    // Rejects half of all draws.
    EXPECT_LT(rng.UniformBelow((uint64_t{1} << 63) + 1), (uint64_t{1} << 63) + 1);
  }
}

TEST(RngTest, EachPartOfTheKeyGivesOtherNumbers) {
  std::set<std::vector<uint64_t>> seen;
  int keys = 0;
  for (const uint64_t seed : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 32, ~uint64_t{0}}) {
    for (const RngStream stream : {RngStream::kInitialisation, RngStream::kTrainStep, RngStream::kShuffle}) {
      for (const int64_t epoch : {0, 1, 2, (1 << 24) - 1}) {
        for (const int64_t sample : {int64_t{0}, int64_t{1}, int64_t{1} << 32, int64_t{1} << 62}) {
          seen.insert(Numbers(Rng(seed, stream, epoch, sample), 4));
          ++keys;
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(keys));
}

// Correlation of two samples' fractions: 0 with deviation 1 / sqrt(10000) for independent ones.
TEST(RngTest, NeighbouringKeysAreUncorrelated) {
  const auto correlation = [](Rng a, Rng b) {
    double sum = 0;
    for (int i = 0; i < 10000; ++i) sum += (a.Uniform() - 0.5) * (b.Uniform() - 0.5) * 12;
    return sum / 10000;
  };
  const auto first = [] { return Rng(kSeed, RngStream::kShuffle, 1, 0); };
  EXPECT_NEAR(correlation(first(), first()), 1.0, 0.05);
  EXPECT_NEAR(correlation(first(), Rng(kSeed + 1, RngStream::kShuffle, 1, 0)), 0.0, 0.05);
  EXPECT_NEAR(correlation(first(), Rng(kSeed, RngStream::kTrainStep, 1, 0)), 0.0, 0.05);
  EXPECT_NEAR(correlation(first(), Rng(kSeed, RngStream::kShuffle, 2, 0)), 0.0, 0.05);
  EXPECT_NEAR(correlation(first(), Rng(kSeed, RngStream::kShuffle, 1, 1)), 0.0, 0.05);
}

TEST(RandomOrderTest, OrdersStayAsTheyAre) {
  std::vector<int64_t> order = RandomOrder(kSeed, RngStream::kShuffle, 1, 60000);
  order.resize(8);
  EXPECT_THAT(order, ElementsAre(13305, 12963, 5222, 56147, 50393, 36635, 27454, 43539));
  EXPECT_THAT(RandomOrder(kSeed, RngStream::kShuffle, 1, 10), ElementsAre(2, 6, 8, 9, 5, 1, 0, 3, 4, 7));
  EXPECT_THAT(RandomOrder(kSeed, RngStream::kShuffle, 2, 10), ElementsAre(4, 5, 8, 2, 7, 0, 3, 6, 1, 9));
}

TEST(RandomOrderTest, HoldsEveryNumberOnce) {
  for (const int64_t count : {0, 1, 2, 3, 1000, 60000}) {
    std::vector<int64_t> order = RandomOrder(kSeed, RngStream::kShuffle, 1, count);
    std::sort(order.begin(), order.end());
    std::vector<int64_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(order, all);
  }
}

// A shuffle with one of the usual mistakes (swap with any place, never stay in place) fails by far.
// 24 orders, 23 degrees of freedom.
TEST(RandomOrderTest, EveryOrderIsEquallyLikely) {
  std::map<std::vector<int64_t>, int> times;
  for (int epoch = 0; epoch < 24000; ++epoch) ++times[RandomOrder(kSeed, RngStream::kShuffle, epoch, 4)];
  ASSERT_EQ(times.size(), 24u);
  std::vector<int> cells;
  for (const auto& [order, count] : times) cells.push_back(count);
  EXPECT_LT(ChiSquare(cells), 23 + 5 * 6.8);
}

TEST(StepSeedTest, SeedsStayAsTheyAre) {
  EXPECT_EQ(StepSeed(kSeed, RngStream::kInitialisation, 0), 0x0de7227718b161u);
  EXPECT_EQ(StepSeed(kSeed, RngStream::kTrainStep, 1), 0xf4761135f3c7e2f0u);
  EXPECT_EQ(StepSeed(kSeed, RngStream::kTrainStep, 2), 0x4359fe66f0e33906u);
}

TEST(StepSeedTest, StepsAndSeedsDoNotMeet) {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    for (int64_t step = 0; step < 1000; ++step) seeds.insert(StepSeed(seed, RngStream::kTrainStep, step));
  }
  EXPECT_EQ(seeds.size(), 10000u);  // a chance collision: 3e-12
}

}  // namespace
}  // namespace mica
