// Rows for tests.
#ifndef MICA_EVAL_EMBEDDING_EXAMPLE_ROWS_H_
#define MICA_EVAL_EMBEDDING_EXAMPLE_ROWS_H_

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace mica {

// Spread evenly over [0, 4), by a formula that is easy to write in Python: 4 frac((i + 1)^2 c), one
// constant c for each column.
inline std::vector<float> FormulaRows(int64_t count, const std::vector<double>& constants) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    for (const double constant : constants) {
      values.push_back(static_cast<float>(std::fmod(static_cast<double>((i + 1) * (i + 1)) * constant, 1.0) * 4));
    }
  }
  return values;
}

// 20 rows of 3 and of 2 columns, whose figures in scikit-learn the tests know.
inline const std::vector<double> kThreeConstants = {0.7548776662466927, 0.5698402909980532, 0.3819660112501051};
inline const std::vector<double> kTwoConstants = {0.2360679774997898, 0.4142135623730951};

// Evenly in [-0.5, 0.5) around the centre of cluster i % clusters; centres have the same spread
// times `distance`.
inline std::vector<float> ClusteredRows(int64_t count, int64_t columns, int64_t clusters, double distance, uint64_t seed) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    Rng own(seed, RngStream::kShuffle, /*epoch=*/0, i), centre(seed, RngStream::kShuffle, /*epoch=*/1, i % clusters);
    for (int64_t c = 0; c < columns; ++c) values.push_back(static_cast<float>(own.Uniform() - 0.5 + distance * (centre.Uniform() - 0.5)));
  }
  return values;
}

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_EXAMPLE_ROWS_H_
