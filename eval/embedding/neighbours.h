// The nearest rows of each row, found by comparing all with all.
//   const Neighbours neighbours = FindNeighbours(features, /*per_row=*/90, /*threads=*/2);
//   neighbours.rows[i * neighbours.per_row]  // the nearest to row i
// The time grows with N^2: 10,000 rows of 50 columns take half a second on 2 cores.
#ifndef MICA_EVAL_EMBEDDING_NEIGHBOURS_H_
#define MICA_EVAL_EMBEDDING_NEIGHBOURS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "eval/embedding/feature_rows.h"

namespace mica {

struct Neighbours {
  int64_t per_row = 0;
  // Both [N, per_row], the nearest first; of equal distances the lower row first.
  std::vector<int32_t> rows;
  std::vector<float> squared_distances;

  int64_t count() const { return per_row == 0 ? 0 : static_cast<int64_t>(rows.size()) / per_row; }
};

// A row is no neighbour of itself, but its equals are. Features as CheckFeatures allows them, less
// than 2^31 rows. If there are only `per_row` rows or fewer, all others are neighbours. The result
// is the same for any number of threads.
Neighbours FindNeighbours(const FeatureRows& features, int64_t per_row, size_t threads);

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_NEIGHBOURS_H_
