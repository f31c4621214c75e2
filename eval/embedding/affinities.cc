#include "eval/embedding/affinities.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/for_each_on_threads.h"

namespace mica {
namespace {

constexpr double kEntropyTolerance = 1e-5;
constexpr int kMaxTries = 100;
constexpr int64_t kRowsOfATask = 64;

// Fills in the probabilities for this beta and returns their entropy in nats. Distances are taken
// from the nearest neighbour's on, which changes no probability and keeps one of them from
// vanishing.
double GaussianEntropy(absl::Span<const float> squared_distances, double beta, std::vector<double>* probabilities) {
  double sum = 0, weighted = 0;
  for (size_t j = 0; j < squared_distances.size(); ++j) {
    const double distance = static_cast<double>(squared_distances[j]) - squared_distances[0];
    const double weight = std::exp(-beta * distance);
    (*probabilities)[j] = weight;
    sum += weight;
    weighted += weight * distance;
  }
  for (double& probability : *probabilities) probability /= sum;
  return std::log(sum) + beta * weighted / sum;
}

using Entry = std::pair<int32_t, double>;

// The rows of P before it is made symmetric, and of its transpose: by row, p(j | i) and p(i | j).
class BothDirections {
 public:
  BothDirections(const Neighbours& neighbours, const std::vector<double>& conditional)
      : neighbours_(neighbours), conditional_(conditional), begin_(neighbours.count() + 1) {
    for (const int32_t row : neighbours.rows) ++begin_[row + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    incoming_.resize(neighbours.rows.size());
    std::vector<int64_t> place(begin_.begin(), begin_.end() - 1);
    for (size_t e = 0; e < neighbours.rows.size(); ++e) {
      incoming_[place[neighbours.rows[e]]++] = {static_cast<int32_t>(e / neighbours.per_row), conditional[e]};
    }
  }

  // Row i of the sum of the two, ascending.
  std::vector<Entry> SumOfRow(int64_t i) const {
    auto incoming = incoming_.begin() + begin_[i];
    const auto end = incoming_.begin() + begin_[i + 1];
    std::vector<Entry> sum;
    for (const Entry& own : SortedRow(i)) {
      while (incoming != end && incoming->first < own.first) sum.push_back(*incoming++);
      sum.push_back(own);
      if (incoming != end && incoming->first == own.first) sum.back().second += (incoming++)->second;
    }
    sum.insert(sum.end(), incoming, end);
    return sum;
  }

 private:
  std::vector<Entry> SortedRow(int64_t i) const {
    std::vector<Entry> row;
    for (int64_t e = i * neighbours_.per_row; e < (i + 1) * neighbours_.per_row; ++e) row.push_back({neighbours_.rows[e], conditional_[e]});
    std::sort(row.begin(), row.end());
    return row;
  }

  const Neighbours& neighbours_;
  const std::vector<double>& conditional_;
  std::vector<int64_t> begin_;   // of each row's part of incoming_
  std::vector<Entry> incoming_;  // ascending in each part
};

std::vector<double> AllConditional(const Neighbours& neighbours, double perplexity, size_t threads) {
  std::vector<double> all(neighbours.rows.size());
  const int64_t count = neighbours.count(), per_row = neighbours.per_row;
  ForEachOnThreads((count + kRowsOfATask - 1) / kRowsOfATask, threads, [&](size_t task) {
    const int64_t first = static_cast<int64_t>(task) * kRowsOfATask;
    for (int64_t i = first; i < std::min(first + kRowsOfATask, count); ++i) {
      const std::vector<double> row =
          ConditionalAffinities({&neighbours.squared_distances[i * per_row], static_cast<size_t>(per_row)}, perplexity);
      std::copy(row.begin(), row.end(), all.begin() + i * per_row);
    }
  });
  return all;
}

void Append(const std::vector<Entry>& entries, int64_t row, double scale, Affinities* affinities) {
  for (const Entry& entry : entries) {
    const double value = entry.second * scale;
    if (value < Affinities::kLeast) continue;
    affinities->rows.push_back(entry.first);
    affinities->values.push_back(static_cast<float>(value));
  }
  while (affinities->rows.size() % Affinities::kTogether != 0) {
    affinities->rows.push_back(static_cast<int32_t>(row));
    affinities->values.push_back(0);
  }
  affinities->row_begin.push_back(static_cast<int64_t>(affinities->rows.size()));
}

}  // namespace

std::vector<double> ConditionalAffinities(absl::Span<const float> squared_distances, double perplexity) {
  std::vector<double> probabilities(squared_distances.size());
  if (probabilities.empty()) return probabilities;
  const double wanted = std::log(perplexity);
  double beta = 1, low = 0, high = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kMaxTries; ++i) {
    const double excess = GaussianEntropy(squared_distances, beta, &probabilities) - wanted;
    if (std::abs(excess) <= kEntropyTolerance) break;
    (excess > 0 ? low : high) = beta;
    beta = std::isinf(high) ? 2 * beta : (low + high) / 2;
  }
  return probabilities;
}

Affinities JointAffinities(const Neighbours& neighbours, double perplexity, size_t threads) {
  const std::vector<double> conditional = AllConditional(neighbours, perplexity, threads);
  const BothDirections directions(neighbours, conditional);
  Affinities affinities;
  affinities.row_begin = {0};
  affinities.row_begin.reserve(neighbours.count() + 1);
  for (int64_t i = 0; i < neighbours.count(); ++i)
    Append(directions.SumOfRow(i), i, 0.5 / static_cast<double>(neighbours.count()), &affinities);
  return affinities;
}

}  // namespace mica
