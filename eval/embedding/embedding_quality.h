// How far an embedding can be trusted.
//   Trustworthiness(features, plane, /*k=*/12, threads) // near in the plane: near in the features?
//   Continuity(features, plane, /*k=*/12, threads)      // near in the features: near in the plane?
//   NeighbourPurity(plane, labels, /*k=*/12, threads)   // near in the plane: of the same class?
// The time grows with N^2, as in neighbours.h. The results are the same for any number of threads.
#ifndef MICA_EVAL_EMBEDDING_EMBEDDING_QUALITY_H_
#define MICA_EVAL_EMBEDDING_EMBEDDING_QUALITY_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "eval/embedding/feature_rows.h"

namespace mica {

// 1 - 2 / (N k (2N - 3k - 1)) sum of (rank - k) over each row and those of its k nearest in `low`
// whose rank among its nearest in `high` is above k (Venna and Kaski 2001, "Neighborhood
// Preservation in Nonlinear Projection Methods"). 1: none is wrong; 0: all are as wrong as can be;
// about 0.5 for an embedding at random. Of equal distances the lower row is nearer. Both have the
// same number of rows, as CheckFeatures allows them. Nothing unless 0 < k < N / 2, where it is not
// defined.
std::optional<double> Trustworthiness(const FeatureRows& high, const FeatureRows& low, int64_t k, size_t threads);

// Trustworthiness with the roles of the two exchanged: it falls where the embedding tears
// neighbours apart.
std::optional<double> Continuity(const FeatureRows& high, const FeatureRows& low, int64_t k, size_t threads);

// The share of equal labels among each row's k nearest (all others if they are fewer), over all
// rows: 1 for clean clusters; for labels at random the chance that two rows have the same. One
// label for each row; a negative one means none: such rows count neither for others nor for
// themselves, but take a neighbour's place. Nothing if no two neighbours have labels.
std::optional<double> NeighbourPurity(const FeatureRows& rows, absl::Span<const int64_t> labels, int64_t k, size_t threads);

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_EMBEDDING_QUALITY_H_
