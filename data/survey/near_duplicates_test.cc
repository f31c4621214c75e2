#include "data/survey/near_duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <tuple>
#include <utility>

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Hashes = std::vector<uint64_t>;

int Distance(uint64_t a, uint64_t b) {
  return static_cast<int>(std::bitset<64>(a ^ b).count());
}

// The definition, by comparing everything with everything.
NearDuplicates Quadratic(const Hashes& hashes, int max_distance) {
  NearDuplicates found;
  std::map<uint64_t, int> first;
  for (size_t i = 0; i < hashes.size(); ++i) first.emplace(hashes[i], i);
  std::vector<int> group(hashes.size());
  std::iota(group.begin(), group.end(), 0);
  std::vector<std::vector<int32_t>> members(hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) members[i] = {static_cast<int32_t>(i)};
  const int size = static_cast<int>(hashes.size());
  for (int a = 0; a < size; ++a) {
    for (int b = a + 1; b < size; ++b) {
      const int distance = Distance(hashes[a], hashes[b]);
      if (distance > max_distance) continue;
      ++found.pair_count;
      const bool are_first = first[hashes[a]] == a && first[hashes[b]] == b;
      if (are_first || (distance == 0 && first[hashes[a]] == a)) found.pairs.push_back({a, b, distance});
      const int into = group[a], from = group[b];
      if (into == from) continue;
      for (const int32_t member : members[from]) group[member] = into;
      members[into].insert(members[into].end(), members[from].begin(), members[from].end());
      members[from].clear();
    }
  }
  for (auto& set : members) {
    std::sort(set.begin(), set.end());
    if (set.size() > 1) found.groups.push_back(set);
  }
  std::sort(found.groups.begin(), found.groups.end());
  return found;
}

void ExpectSame(const NearDuplicates& found, const NearDuplicates& expected) {
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(found.pair_count, expected.pair_count);
  EXPECT_EQ(found.pairs, expected.pairs);
  EXPECT_EQ(found.groups, expected.groups);
}

Hashes Random(int size, uint64_t seed) {
  std::mt19937_64 random(seed);
  Hashes hashes(size);
  for (uint64_t& hash : hashes) hash = random();
  return hashes;
}

uint64_t Flip(uint64_t hash, int bits, std::mt19937_64* random) {
  for (int i = 0; i < bits; ++i) hash ^= uint64_t{1} << (*random)() % 64;
  return hash;
}

// Each hash is new or lies near an earlier one.
Hashes Clustered(int size, uint64_t seed) {
  std::mt19937_64 random(seed);
  Hashes hashes;
  for (int i = 0; i < size; ++i) {
    hashes.push_back(i == 0 || random() % 2 == 0 ? random() : Flip(hashes[random() % i], static_cast<int>(random() % 10), &random));
  }
  return hashes;
}

TEST(NearDuplicatesTest, FindsAPairByHand) {
  const NearDuplicates found = FindNearDuplicates(Hashes{0xff, 0xffff0000, 0xf7}, 1);
  EXPECT_THAT(found.pairs, ElementsAre(NearPair{0, 2, 1}));
  EXPECT_THAT(found.groups, ElementsAre(ElementsAre(0, 2)));
  EXPECT_EQ(found.pair_count, 1);
}

TEST(NearDuplicatesTest, GroupsReachFurtherThanPairs) {
  const NearDuplicates found = FindNearDuplicates(Hashes{0b1111, 0, 0b11}, 2);
  EXPECT_THAT(found.pairs, ElementsAre(NearPair{0, 2, 2}, NearPair{1, 2, 2}));
  EXPECT_THAT(found.groups, ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(NearDuplicatesTest, EqualHashesAreLinkedToTheFirst) {
  const NearDuplicates found = FindNearDuplicates(Hashes{5, 9, 5, 4, 5, 4}, 1);
  EXPECT_THAT(found.pairs, ElementsAre(NearPair{0, 2, 0}, NearPair{0, 3, 1}, NearPair{0, 4, 0}, NearPair{3, 5, 0}));
  EXPECT_THAT(found.groups, ElementsAre(ElementsAre(0, 2, 3, 4, 5)));
  EXPECT_EQ(found.pair_count, 3 + 1 + 3 * 2);
}

TEST(NearDuplicatesTest, NothingAndOneHaveNoPairs) {
  for (const Hashes& hashes : {Hashes{}, Hashes{7}, Hashes{0, ~uint64_t{0}}}) {
    const NearDuplicates found = FindNearDuplicates(hashes, kMaxNearDistance);
    EXPECT_THAT(found.pairs, IsEmpty());
    EXPECT_THAT(found.groups, IsEmpty());
    EXPECT_EQ(found.pair_count, 0);
  }
}

// More than 1500 hashes, as fewer are compared one by one.
TEST(NearDuplicatesTest, EqualsTheQuadraticSearchOnClusters) {
  for (int distance = 0; distance <= kMaxNearDistance; ++distance) {
    const Hashes hashes = Clustered(2500, distance);
    const NearDuplicates expected = Quadratic(hashes, distance);
    EXPECT_GT(expected.pairs.size(), 100);
    ExpectSame(FindNearDuplicates(hashes, distance), expected);
  }
}

TEST(NearDuplicatesTest, EqualsTheQuadraticSearchOnFewHashes) {
  for (int distance = 0; distance <= kMaxNearDistance; ++distance) {
    const Hashes hashes = Clustered(300, distance);
    ExpectSame(FindNearDuplicates(hashes, distance), Quadratic(hashes, distance));
  }
}

TEST(NearDuplicatesTest, EqualsTheQuadraticSearchWhereMostBitsAreConstant) {
  for (const int distance : {1, 2, 4, 8}) {
    for (const uint64_t varying : {uint64_t{0xffffff}, uint64_t{0xff000000ff0000ff}, uint64_t{0x3ff}}) {
      Hashes hashes = Random(2000, distance);
      for (uint64_t& hash : hashes) hash = 0x123456789abcdef0 ^ (hash & varying);
      ExpectSame(FindNearDuplicates(hashes, distance, /*max_pairs=*/1 << 30), Quadratic(hashes, distance));
    }
  }
}

// Larger than the quadratic search can check: the pairs are put in.
TEST(NearDuplicatesTest, FindsPlantedPairsAmongManyRandomHashes) {
  for (const int distance : {1, 3, 4, 6, 8}) {
    std::mt19937_64 random(distance);
    Hashes hashes = Random(50000, distance);
    std::set<std::pair<int, int>> planted;
    for (int i = 0; i < 500; ++i) {
      hashes[49999 - i] = Flip(hashes[i * 50], distance, &random);
      planted.insert({i * 50, 49999 - i});
    }
    const NearDuplicates found = FindNearDuplicates(hashes, distance);
    EXPECT_TRUE(found.is_complete);
    EXPECT_EQ(found.pair_count, static_cast<int64_t>(found.pairs.size()));
    EXPECT_THAT(found.pairs, SizeIs(testing::AllOf(testing::Ge(500u), testing::Le(503u)))) << "chance adds 0.35 pairs at distance 8";
    for (const NearPair& pair : found.pairs) {
      planted.erase({pair.a, pair.b});
      EXPECT_EQ(pair.distance, Distance(hashes[pair.a], hashes[pair.b]));
      EXPECT_LE(pair.distance, distance);
    }
    EXPECT_THAT(planted, IsEmpty());
  }
}

// 40 of 64 bits vary: blocks of the others alone would tell no two hashes apart.
TEST(NearDuplicatesTest, ConstantBitsDoNotMakeTheSearchQuadratic) {
  Hashes hashes = Random(60000, 1);
  for (uint64_t& hash : hashes) hash >>= 24;
  hashes.back() = hashes.front() ^ 0b1011;
  const NearDuplicates found = FindNearDuplicates(hashes, 4);
  EXPECT_TRUE(found.is_complete);
  EXPECT_THAT(found.pairs, testing::Contains(NearPair{0, 59999, 3}));
}

TEST(NearDuplicatesTest, TheOrderOfTheHashesDoesNotMatter) {
  const Hashes hashes = Clustered(3000, 1);
  std::vector<int32_t> order(hashes.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  Hashes shuffled;
  for (const int32_t i : order) shuffled.push_back(hashes[i]);

  const NearDuplicates found = FindNearDuplicates(hashes, 5);
  NearDuplicates again = FindNearDuplicates(shuffled, 5);
  for (auto& group : again.groups) {
    for (int32_t& member : group) member = order[member];
    std::sort(group.begin(), group.end());
  }
  std::sort(again.groups.begin(), again.groups.end());
  EXPECT_EQ(again.groups, found.groups);
  EXPECT_EQ(again.pair_count, found.pair_count);
}

TEST(NearDuplicatesTest, TheClosestPairsAreListed) {
  const Hashes hashes = Clustered(4000, 3);
  const NearDuplicates all = FindNearDuplicates(hashes, 6);
  for (const size_t max_pairs : {0, 1, 200, 1000}) {
    const NearDuplicates few = FindNearDuplicates(hashes, 6, static_cast<int64_t>(max_pairs));
    std::vector<NearPair> expected = all.pairs;
    ASSERT_GT(expected.size(), max_pairs);
    std::stable_sort(expected.begin(), expected.end(), [](const NearPair& x, const NearPair& y) { return x.distance < y.distance; });
    expected.resize(max_pairs);
    std::sort(expected.begin(), expected.end(),
              [](const NearPair& x, const NearPair& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
    EXPECT_EQ(few.pairs, expected);
    EXPECT_EQ(few.groups, all.groups);
    EXPECT_EQ(few.pair_count, all.pair_count);
  }
}

TEST(NearDuplicatesTest, AMillionEqualHashesAreOneGroup) {
  constexpr int64_t kSize = 1000000;
  const NearDuplicates found = FindNearDuplicates(Hashes(kSize, 42), 4);
  EXPECT_THAT(found.groups, ElementsAre(SizeIs(kSize)));
  EXPECT_THAT(found.pairs, SizeIs(kSize - 1));
  EXPECT_EQ(found.pair_count, kSize * (kSize - 1) / 2);
  EXPECT_TRUE(found.is_complete);
}

// All within 8 bits of each other, as the frames of one video: comparing all would take 2 x 10^10.
TEST(NearDuplicatesTest, SaysThatTooManyHashesAreAlike) {
  std::mt19937_64 random(1);
  Hashes hashes;
  for (int i = 0; i < 200000; ++i) hashes.push_back(Flip(0x123456789abcdef0, 4, &random));
  const NearDuplicates found = FindNearDuplicates(hashes, 3, /*max_pairs=*/1000);
  EXPECT_FALSE(found.is_complete);
  EXPECT_THAT(found.pairs, SizeIs(1000));
  EXPECT_GT(found.pair_count, 1000000);
  ASSERT_FALSE(found.groups.empty());
  EXPECT_GT(found.groups[0].size(), 190000u);
}

}  // namespace
}  // namespace mica
