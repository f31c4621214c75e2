// Squared Euclidean distances between rows, many at once.
//   const RowDistances distances(features);
//   std::vector<float> some(rows * RowDistances::kBlock);
//   for (int64_t block = 0; block < distances.blocks(); ++block) {
//     // From rows first … first + rows - 1 to all of the block.
//     distances.ToBlock(first, rows, block, RowDistances::kBlock, some.data());
//   }
// They are sums of squared differences, so equal rows have distance 0 exactly, and the distance of
// two rows is the same in both directions. All processors and numbers of threads give the same
// numbers. Thread-safe.
#ifndef MICA_EVAL_EMBEDDING_ROW_DISTANCES_H_
#define MICA_EVAL_EMBEDDING_ROW_DISTANCES_H_

#include <cstdint>
#include <vector>

#include "eval/embedding/feature_rows.h"

namespace mica {

class RowDistances {
 public:
  static constexpr int64_t kBlock = 256;    // rows in a block; the last one may have fewer
  static constexpr int64_t kTogether = 16;  // rows from which distances are best asked for at once

  // Keeps a copy of the numbers, block by block, and the view.
  explicit RowDistances(const FeatureRows& features);

  int64_t blocks() const { return (features_.count() + kBlock - 1) / kBlock; }

  // distances[i * stride + j] = |row first + i - row block * kBlock + j|^2 for each i < rows and
  // j < kBlock. Beyond the last row of all stands whatever.
  void ToBlock(int64_t first, int64_t rows, int64_t block, int64_t stride, float* distances) const;

 private:
  FeatureRows features_;
  std::vector<float> columns_;  // [blocks, features_.columns, kBlock]
};

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_ROW_DISTANCES_H_
