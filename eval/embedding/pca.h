// Principal components: the directions in which rows differ most.
//   MICA_ASSIGN_OR_RETURN(const Pca pca, ComputePca({values, /*columns=*/512}, /*components=*/50));
//   pca.scores[i * pca.count() + c]  // row i along component c
// Up to 512 columns, or up to 128 rows, the result is exact. Otherwise a block of directions is
// turned towards the first components by products with the rows (subspace iteration from a random
// start: Halko, Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4)
// until the variances stay the same to five digits or 12 rounds are done. Components whose
// variances are nearly equal may then be mixed with one another. All in f64.
#ifndef MICA_EVAL_EMBEDDING_PCA_H_
#define MICA_EVAL_EMBEDDING_PCA_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eval/embedding/feature_rows.h"

namespace mica {

struct PcaOptions {
  uint64_t seed = 1;   // of the random start
  size_t threads = 1;  // the result is the same for any number
};

struct Pca {
  std::vector<double> means;            // [D]
  std::vector<double> components;       // [k, D], orthonormal; of each, the number farthest from 0 is positive
  std::vector<double> scores;           // [N, k] = (row - means) . component
  std::vector<double> variances;        // [k], of the scores, with N - 1; descending
  std::vector<double> variance_ratios;  // [k], of the variance of all columns; 0 if rows are equal

  int64_t count() const { return static_cast<int64_t>(variances.size()); }
};

// k = `components`, at most N and D. A DataError is CheckFeatures'.
absl::StatusOr<Pca> ComputePca(const FeatureRows& features, int64_t components, const PcaOptions& options = {});

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_PCA_H_
