#include "data/survey/near_duplicates.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace mica {
namespace {

constexpr int kBits = 64;
constexpr int kMaxKeyBits = 32;  // of the blocks that are compared at once
constexpr int64_t kMaxComparisons = 1000 * 1000 * 1000;

// Whether at most `max_distance` bits are set: each step clears the lowest. Most processors could
// count the bits at once, but the oldest of x86-64 cannot.
bool IsNear(uint64_t difference, int max_distance) {
  for (int i = 0; i < max_distance; ++i) difference &= difference - 1;
  return difference == 0;
}

// Positions of equal hashes, next to each other.
struct Equals {
  std::vector<int32_t> positions;   // sorted by hash, then position
  std::vector<int64_t> begins;      // of each different hash's positions, and the end
  std::vector<uint64_t> different;  // ascending

  int64_t size() const { return static_cast<int64_t>(different.size()); }
  int32_t First(int64_t i) const { return positions[begins[i]]; }
  int64_t Count(int64_t i) const { return begins[i + 1] - begins[i]; }
};

Equals GroupEquals(absl::Span<const uint64_t> hashes) {
  Equals equals;
  equals.positions.resize(hashes.size());
  std::iota(equals.positions.begin(), equals.positions.end(), 0);
  std::sort(equals.positions.begin(), equals.positions.end(),
            [&](int32_t a, int32_t b) { return std::tie(hashes[a], a) < std::tie(hashes[b], b); });
  for (size_t i = 0; i < hashes.size(); ++i) {
    const uint64_t hash = hashes[equals.positions[i]];
    if (i > 0 && hash == equals.different.back()) continue;
    equals.begins.push_back(static_cast<int64_t>(i));
    equals.different.push_back(hash);
  }
  equals.begins.push_back(static_cast<int64_t>(hashes.size()));
  return equals;
}

// Which of the different hashes are connected (union-find with path halving).
class Connections {
 public:
  explicit Connections(int64_t size) : parents_(size) { std::iota(parents_.begin(), parents_.end(), 0); }

  int32_t Root(int32_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void Connect(int32_t a, int32_t b) {
    a = Root(a);
    b = Root(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<int32_t> parents_;
};

bool IsCloser(const NearPair& x, const NearPair& y) {
  return std::tie(x.distance, x.a, x.b) < std::tie(y.distance, y.a, y.b);
}

// Keeps the closest pairs, in memory for twice as many.
class ClosestPairs {
 public:
  explicit ClosestPairs(int64_t max_pairs) : max_pairs_(std::max<int64_t>(max_pairs, 0)) {}

  void Add(const NearPair& pair) {
    if (was_cut_ && !IsCloser(pair, limit_)) return;
    pairs_.push_back(pair);
    if (static_cast<int64_t>(pairs_.size()) / 2 > max_pairs_) Cut();
  }

  std::vector<NearPair> Take() {
    Cut();
    std::sort(pairs_.begin(), pairs_.end(), [](const NearPair& x, const NearPair& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
    return std::move(pairs_);
  }

 private:
  void Cut() {
    if (static_cast<int64_t>(pairs_.size()) <= max_pairs_) return;
    const auto end = pairs_.begin() + max_pairs_;
    std::nth_element(pairs_.begin(), end, pairs_.end(), IsCloser);
    was_cut_ = true;
    limit_ = *end;
    pairs_.erase(end, pairs_.end());
  }

  int64_t max_pairs_;
  std::vector<NearPair> pairs_;
  bool was_cut_ = false;
  NearPair limit_;  // the closest that was cut
};

// Where each block of bits begins, and the end.
using Blocks = std::vector<int>;

Blocks EvenBlocks(int count) {
  Blocks begins;
  for (int i = 0; i <= count; ++i) begins.push_back(i * kBits / count);
  return begins;
}

// The ways to choose `chosen` of `count` blocks, as sets of bits, such that the first blocks come
// first: 0 1, 0 2, 0 3, 1 2 …
void ListChoices(int count, int chosen, int next, uint32_t set, std::vector<uint32_t>* choices) {
  if (chosen == 0) return choices->push_back(set);
  for (int block = next; block + chosen <= count; ++block) ListChoices(count, chosen - 1, block + 1, set | 1u << block, choices);
}

// How many blocks are compared at once, which is also into how many more than max_distance the bits
// are split: the price of sorting, in ns, against that of comparing random hashes. Those should not
// use up the comparisons that real hashes need.
int BestChosen(int64_t size, int max_distance) {
  int best = 1;
  double best_price = std::numeric_limits<double>::infinity();
  double choices = 1;
  for (int chosen = 1; chosen <= 4; ++chosen) {
    const int blocks = max_distance + chosen;
    choices *= static_cast<double>(blocks) / chosen;
    const int longest_block = (kBits + blocks - 1) / blocks;
    if (chosen * longest_block > kMaxKeyBits) break;
    const double n = static_cast<double>(size);
    const double pairs = n * n / 2 * std::exp2(-static_cast<double>(chosen * kBits) / blocks);
    const double price_of_pair = choices * pairs <= kMaxComparisons / 2 ? 4 : 4000;
    const double price = choices * (25 * n + price_of_pair * pairs);
    if (price < best_price) best = chosen;
    best_price = std::min(best_price, price);
  }
  return best;
}

// Bits in the order in which they vary, dealt out to the blocks in turn: the new place of each bit.
std::array<int, kBits> DealBits(const std::vector<uint64_t>& hashes, const Blocks& blocks) {
  std::array<int64_t, kBits> imbalance = {};
  for (const uint64_t hash : hashes) {
    for (int bit = 0; bit < kBits; ++bit) imbalance[bit] += 2 * static_cast<int64_t>(hash >> bit & 1) - 1;
  }
  std::array<int, kBits> order;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return std::abs(imbalance[a]) < std::abs(imbalance[b]); });
  std::array<int, kBits> places;
  Blocks next(blocks.begin(), blocks.end() - 1);
  size_t block = 0;
  for (const int bit : order) {
    while (next[block] == blocks[block + 1]) block = (block + 1) % next.size();
    places[bit] = next[block]++;
    block = (block + 1) % next.size();
  }
  return places;
}

std::vector<uint64_t> MoveBits(const std::vector<uint64_t>& hashes, const std::array<int, kBits>& places) {
  std::vector<uint64_t> moved(hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (int bit = 0; bit < kBits; ++bit) moved[i] |= (hashes[i] >> bit & 1) << places[bit];
  }
  return moved;
}

// By the upper 32 bits, stable: a radix sort, in a quarter of std::sort's time.
void SortByUpperHalf(std::vector<uint64_t>* values, std::vector<uint64_t>* scratch) {
  constexpr int kDigitBits = 11;
  scratch->resize(values->size());
  for (int shift = 32; shift < 64; shift += kDigitBits) {
    const auto digit = [&](uint64_t value) { return value >> shift & ((1 << kDigitBits) - 1); };
    std::array<size_t, (1 << kDigitBits) + 1> places = {};
    for (const uint64_t value : *values) ++places[digit(value) + 1];
    std::partial_sum(places.begin(), places.end(), places.begin());
    for (const uint64_t value : *values) (*scratch)[places[digit(value)]++] = value;
    values->swap(*scratch);
  }
}

// The pairs of different hashes.
class Search {
 public:
  Search(const Equals& equals, int max_distance, int64_t max_pairs)
      : equals_(equals), max_distance_(max_distance), pairs_(max_pairs), max_pairs_(max_pairs), connections_(equals.size()) {}

  void Run() {
    if (max_distance_ == 0 || equals_.size() < 2) return;
    if (AllPairs() <= kFewComparisons) return CompareAll();
    const bool can_compare_all = AllPairs() <= kMaxComparisons;
    Split();
    for (size_t i = 0; i < choices_.size(); ++i) {
      SortBy(choices_[i]);
      const int64_t needed = CountEqualKeys();
      const int64_t left = kMaxComparisons - comparisons_;
      const int64_t given = std::min(left, 4 * left / static_cast<int64_t>(choices_.size() - i));  // buckets differ in size
      if (can_compare_all && comparisons_ + needed > AllPairs()) return CompareAll();  // the blocks do not tell the hashes apart
      CompareEqualKeys(choices_[i], needed, can_compare_all ? needed : given);
    }
  }

  ClosestPairs& pairs() { return pairs_; }
  Connections& connections() { return connections_; }
  int64_t pair_count() const { return pair_count_; }
  bool is_complete() const { return is_complete_; }

 private:
  static constexpr int64_t kFewComparisons = int64_t{1} << 20;

  int64_t AllPairs() const { return equals_.size() * (equals_.size() - 1) / 2; }

  void CompareAll() {
    pair_count_ = 0;
    pairs_ = ClosestPairs(max_pairs_);
    const std::vector<uint64_t>& hashes = equals_.different;
    for (size_t i = 0; i < hashes.size(); ++i) {
      for (size_t j = i + 1; j < hashes.size(); ++j) {
        if (IsNear(hashes[i] ^ hashes[j], max_distance_)) Found(i, j, hashes[i] ^ hashes[j]);
      }
    }
  }

  void Split() {
    const int chosen = BestChosen(equals_.size(), max_distance_);
    blocks_ = EvenBlocks(max_distance_ + chosen);
    ListChoices(max_distance_ + chosen, chosen, 0, 0, &choices_);
    hashes_ = MoveBits(equals_.different, DealBits(equals_.different, blocks_));
    order_.resize(hashes_.size());
  }

  uint64_t Block(uint64_t hash, int block) const {
    const int width = blocks_[block + 1] - blocks_[block];
    return hash >> blocks_[block] & ((uint64_t{1} << width) - 1);
  }

  void SortBy(uint32_t choice) {
    for (size_t i = 0; i < hashes_.size(); ++i) {
      uint64_t key = 0;
      for (int block = 0; choice >> block != 0; ++block) {
        if (choice >> block & 1) key = key << (blocks_[block + 1] - blocks_[block]) | Block(hashes_[i], block);
      }
      order_[i] = key << kMaxKeyBits | i;
    }
    SortByUpperHalf(&order_, &scratch_);
  }

  size_t EndOfKey(size_t begin) const {
    size_t end = begin + 1;
    while (end < order_.size() && order_[end] >> kMaxKeyBits == order_[begin] >> kMaxKeyBits) ++end;
    return end;
  }

  int64_t CountEqualKeys() const {
    int64_t count = 0;
    for (size_t begin = 0, end; begin < order_.size(); begin = end) {
      end = EndOfKey(begin);
      const int64_t size = static_cast<int64_t>(end - begin);
      count += size * (size - 1) / 2;
    }
    return count;
  }

  // If more comparisons are needed than given, each hash is compared with the next ones only.
  void CompareEqualKeys(uint32_t choice, int64_t needed, int64_t given) {
    size_t reach = order_.size();
    if (needed > given) {
      reach = static_cast<size_t>(given / static_cast<int64_t>(order_.size()) + 1);
      is_complete_ = false;
    }
    comparisons_ += std::min(needed, given);
    for (size_t begin = 0, end; begin < order_.size(); begin = end) {
      end = EndOfKey(begin);
      if (end - begin > 1) Compare(begin, end, reach, choice);
    }
  }

  void Compare(size_t begin, size_t end, size_t reach, uint32_t choice) {
    constexpr uint64_t kIndex = (uint64_t{1} << kMaxKeyBits) - 1;
    bucket_.clear();
    for (size_t i = begin; i < end; ++i) bucket_.push_back(hashes_[order_[i] & kIndex]);
    for (size_t i = 0; i < bucket_.size(); ++i) {
      const size_t stop = std::min(bucket_.size(), i + reach + 1);
      for (size_t j = i + 1; j < stop; ++j) {
        const uint64_t difference = bucket_[i] ^ bucket_[j];
        if (!IsNear(difference, max_distance_)) continue;
        const int64_t a = order_[begin + i] & kIndex, b = order_[begin + j] & kIndex;
        if (FirstChoice(difference) == choice) Found(a, b, difference);
        if (!is_complete_) connections_.Connect(a, b);
      }
    }
  }

  // The choice that comes first among those of equal blocks. Only this one reports a pair.
  uint32_t FirstChoice(uint64_t difference) const {
    const int blocks = static_cast<int>(blocks_.size()) - 1;
    uint32_t set = 0;
    for (int block = 0, missing = blocks - max_distance_; missing > 0; ++block) {
      if (Block(difference, block) != 0) continue;
      set |= 1u << block;
      --missing;
    }
    return set;
  }

  void Found(int64_t a, int64_t b, uint64_t difference) {
    pair_count_ += equals_.Count(a) * equals_.Count(b);
    connections_.Connect(a, b);
    const auto [first, second] = std::minmax({equals_.First(a), equals_.First(b)});
    pairs_.Add({first, second, __builtin_popcountll(difference)});
  }

  const Equals& equals_;
  const int max_distance_;
  Blocks blocks_;
  std::vector<uint32_t> choices_;
  std::vector<uint64_t> hashes_;  // with their bits moved
  std::vector<uint64_t> order_;   // sorted: key of the choice << 32 | index
  std::vector<uint64_t> scratch_;
  std::vector<uint64_t> bucket_;  // hashes of equal keys
  int64_t comparisons_ = 0;
  ClosestPairs pairs_;
  int64_t max_pairs_;
  Connections connections_;
  int64_t pair_count_ = 0;
  bool is_complete_ = true;
};

// Pairs each position with the first of its hash. Returns the number of pairs of equal hashes.
int64_t AddEquals(const Equals& equals, ClosestPairs* pairs) {
  int64_t count = 0;
  for (int64_t i = 0; i < equals.size(); ++i) {
    count += equals.Count(i) * (equals.Count(i) - 1) / 2;
    for (int64_t k = equals.begins[i] + 1; k < equals.begins[i + 1]; ++k) pairs->Add({equals.First(i), equals.positions[k], 0});
  }
  return count;
}

std::vector<std::vector<int32_t>> Groups(const Equals& equals, Connections* connections) {
  std::vector<std::vector<int32_t>> groups(equals.size());
  for (int64_t i = 0; i < equals.size(); ++i) {
    std::vector<int32_t>& group = groups[connections->Root(static_cast<int32_t>(i))];
    group.insert(group.end(), equals.positions.begin() + equals.begins[i], equals.positions.begin() + equals.begins[i + 1]);
  }
  groups.erase(std::remove_if(groups.begin(), groups.end(), [](const auto& group) { return group.size() < 2; }), groups.end());
  for (std::vector<int32_t>& group : groups) std::sort(group.begin(), group.end());
  std::sort(groups.begin(), groups.end(), [](const auto& x, const auto& y) { return x[0] < y[0]; });
  return groups;
}

}  // namespace

NearDuplicates FindNearDuplicates(absl::Span<const uint64_t> hashes, int max_distance, int64_t max_pairs) {
  CHECK(max_distance >= 0 && max_distance <= kMaxNearDistance) << max_distance;
  CHECK_LE(hashes.size(), size_t{std::numeric_limits<int32_t>::max()});
  const Equals equals = GroupEquals(hashes);
  Search search(equals, max_distance, max_pairs);
  search.Run();
  NearDuplicates found;
  found.pair_count = search.pair_count() + AddEquals(equals, &search.pairs());
  found.pairs = search.pairs().Take();
  found.groups = Groups(equals, &search.connections());
  found.is_complete = search.is_complete();
  return found;
}

}  // namespace mica
