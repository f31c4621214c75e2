#include "eval/embedding/embedding_quality.h"

#include <glog/logging.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "base/for_each_on_threads.h"
#include "base/processor_versions.h"
#include "eval/embedding/neighbours.h"
#include "eval/embedding/row_distances.h"

namespace mica {
namespace {

constexpr int64_t kBlock = RowDistances::kBlock;
constexpr int64_t kTogether = RowDistances::kTogether;

// How many of the distances are below a limit; and how many are not above it.
MICA_PROCESSOR_VERSIONS int32_t CountBelow(const float* distances, int64_t count, float limit) {
  int32_t below = 0;
  for (int64_t j = 0; j < count; ++j) below += distances[j] < limit;
  return below;
}
MICA_PROCESSOR_VERSIONS int32_t CountUpTo(const float* distances, int64_t count, float limit) {
  int32_t up_to = 0;
  for (int64_t j = 0; j < count; ++j) up_to += distances[j] <= limit;
  return up_to;
}

// Row j's place among the nearest, from 1, by the distances of all rows.
int64_t RankOf(int64_t j, const float* distances, int64_t count) {
  return 1 + CountUpTo(distances, j, distances[j]) + CountBelow(distances + j, count - j, distances[j]);
}

// The sum of (rank - k) over the neighbours that are none of the k nearest by `distances`.
int64_t ExcessOfRow(const int32_t* neighbours, int64_t k, const float* distances, int64_t count) {
  int64_t excess = 0;
  for (int64_t n = 0; n < k; ++n) excess += std::max<int64_t>(0, RankOf(neighbours[n], distances, count) - k);
  return excess;
}

}  // namespace

std::optional<double> Trustworthiness(const FeatureRows& high, const FeatureRows& low, int64_t k, size_t threads) {
  const int64_t count = high.count();
  CHECK_EQ(count, low.count());
  if (k <= 0 || 2 * k >= count) return std::nullopt;
  const Neighbours neighbours = FindNeighbours(low, k, threads);
  const RowDistances all(high);
  const int64_t stride = all.blocks() * kBlock;
  std::vector<int64_t> excess((count + kTogether - 1) / kTogether);
  ForEachOnThreads(excess.size(), threads, [&](size_t group) {
    const int64_t first = static_cast<int64_t>(group) * kTogether, rows = std::min(kTogether, count - first);
    std::vector<float> distances(rows * stride);
    for (int64_t block = 0; block < all.blocks(); ++block) all.ToBlock(first, rows, block, stride, &distances[block * kBlock]);
    for (int64_t i = 0; i < rows; ++i) {
      float* const from_row = &distances[i * stride];
      from_row[first + i] = std::numeric_limits<float>::infinity();  // no neighbour of itself
      excess[group] += ExcessOfRow(&neighbours.rows[(first + i) * k], k, from_row, count);
    }
  });
  const double n = static_cast<double>(count), worst = n * static_cast<double>(k) * (2 * n - 3 * static_cast<double>(k) - 1) / 2;
  return 1 - static_cast<double>(std::accumulate(excess.begin(), excess.end(), int64_t{0})) / worst;
}

std::optional<double> Continuity(const FeatureRows& high, const FeatureRows& low, int64_t k, size_t threads) {
  return Trustworthiness(low, high, k, threads);
}

std::optional<double> NeighbourPurity(const FeatureRows& rows, absl::Span<const int64_t> labels, int64_t k, size_t threads) {
  CHECK_EQ(rows.count(), static_cast<int64_t>(labels.size()));
  const Neighbours neighbours = FindNeighbours(rows, k, threads);
  int64_t asked = 0, equal = 0;
  for (size_t e = 0; e < neighbours.rows.size(); ++e) {
    const int64_t own = labels[e / neighbours.per_row], other = labels[neighbours.rows[e]];
    if (own < 0 || other < 0) continue;
    ++asked;
    equal += own == other;
  }
  if (asked == 0) return std::nullopt;
  return static_cast<double>(equal) / static_cast<double>(asked);
}

}  // namespace mica
