#include "eval/embedding/neighbours.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/for_each_on_threads.h"
#include "eval/embedding/row_distances.h"

namespace mica {
namespace {

constexpr int64_t kBlock = RowDistances::kBlock;
constexpr float kNotItself = std::numeric_limits<float>::infinity();

// A distance and a row as one number, which sorts like the two. Bits of floats from 0 on sort like
// the floats.
uint64_t KeyOf(float distance, int64_t row) {
  uint32_t bits;
  memcpy(&bits, &distance, sizeof(bits));
  return uint64_t{bits} << 32 | static_cast<uint64_t>(row);
}
float DistanceOf(uint64_t key) {
  const uint32_t bits = static_cast<uint32_t>(key >> 32);
  float distance;
  memcpy(&distance, &bits, sizeof(distance));
  return distance;
}

// The nearest of the rows that were offered so far, and some that will be dropped.
class Nearest {
 public:
  explicit Nearest(int64_t wanted) : wanted_(wanted), found_(2 * wanted + kBlock) {}

  // Of rows first … first + count - 1, at most kBlock; rows come in ascending order, so of equals
  // the first stays. Infinity is never taken.
  void Offer(int64_t first, int64_t count, const float* distances) {
    const float limit = limit_;
    int64_t size = size_;
    for (int64_t j = 0; j < count; ++j) {  // without a branch, which would often be foreseen wrongly
      found_[size] = KeyOf(distances[j], first + j);
      size += distances[j] < limit;
    }
    size_ = size;
    if (size_ >= 2 * wanted_) DropTheFarthest();
  }

  void Take(int32_t* rows, float* distances) {
    std::sort(found_.begin(), found_.begin() + size_);
    for (int64_t i = 0; i < wanted_; ++i) {
      distances[i] = DistanceOf(found_[i]);
      rows[i] = static_cast<int32_t>(found_[i]);
    }
  }

 private:
  void DropTheFarthest() {
    std::nth_element(found_.begin(), found_.begin() + wanted_ - 1, found_.begin() + size_);
    size_ = wanted_;
    limit_ = DistanceOf(found_[size_ - 1]);
  }

  int64_t wanted_, size_ = 0;
  float limit_ = std::numeric_limits<float>::infinity();
  std::vector<uint64_t> found_;  // keys; those from size_ on count nothing
};

}  // namespace

Neighbours FindNeighbours(const FeatureRows& features, int64_t per_row, size_t threads) {
  const int64_t count = features.count();
  Neighbours neighbours;
  neighbours.per_row = std::max<int64_t>(0, std::min(per_row, count - 1));
  neighbours.rows.resize(count * neighbours.per_row);
  neighbours.squared_distances.resize(count * neighbours.per_row);
  if (neighbours.per_row == 0) return neighbours;

  const RowDistances all(features);
  constexpr int64_t kTogether = RowDistances::kTogether;
  ForEachOnThreads((count + kTogether - 1) / kTogether, threads, [&](size_t group) {
    const int64_t first = static_cast<int64_t>(group) * kTogether, rows = std::min(kTogether, count - first);
    std::vector<Nearest> nearest(rows, Nearest(neighbours.per_row));
    std::vector<float> distances(rows * kBlock);
    for (int64_t block = 0; block < all.blocks(); ++block) {
      all.ToBlock(first, rows, block, kBlock, distances.data());
      const int64_t begin = block * kBlock, end = std::min(begin + kBlock, count);
      for (int64_t i = 0; i < rows; ++i) {
        float* const from_row = &distances[i * kBlock];
        if (begin <= first + i && first + i < end) from_row[first + i - begin] = kNotItself;
        nearest[i].Offer(begin, end - begin, from_row);
      }
    }
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t place = (first + i) * neighbours.per_row;
      nearest[i].Take(&neighbours.rows[place], &neighbours.squared_distances[place]);
    }
  });
  return neighbours;
}

}  // namespace mica
