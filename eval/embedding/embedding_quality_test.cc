#include "eval/embedding/embedding_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

using ::testing::DoubleNear;
using ::testing::Optional;

// All other rows by their distance; the lower first if it is equal.
std::vector<int64_t> Order(const FeatureRows& rows, int64_t from) {
  std::vector<float> distances;
  for (int64_t j = 0; j < rows.count(); ++j) {
    float sum = 0;
    for (int64_t c = 0; c < rows.columns; ++c) sum += (rows.row(j)[c] - rows.row(from)[c]) * (rows.row(j)[c] - rows.row(from)[c]);
    distances.push_back(sum);
  }
  std::vector<int64_t> order(rows.count());
  std::iota(order.begin(), order.end(), 0);
  order.erase(order.begin() + from);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return distances[a] < distances[b]; });
  return order;
}

// The definition, by sorting.
double PlainTrustworthiness(const FeatureRows& high, const FeatureRows& low, int64_t k) {
  double excess = 0;
  for (int64_t i = 0; i < high.count(); ++i) {
    const std::vector<int64_t> near_in_high = Order(high, i), near_in_low = Order(low, i);
    for (int64_t n = 0; n < k; ++n) {
      const int64_t rank = std::find(near_in_high.begin(), near_in_high.end(), near_in_low[n]) - near_in_high.begin() + 1;
      excess += static_cast<double>(std::max<int64_t>(0, rank - k));
    }
  }
  const double n = static_cast<double>(high.count()), neighbours = static_cast<double>(k);
  return 1 - 2 / (n * neighbours * (2 * n - 3 * neighbours - 1)) * excess;
}

// scikit-learn 1.9.1, sklearn.manifold.trustworthiness.
TEST(TrustworthinessTest, EqualsThatOfScikitLearn) {
  const std::vector<float> high_values = FormulaRows(20, kThreeConstants), low_values = FormulaRows(20, kTwoConstants);
  const FeatureRows high = {high_values, /*columns=*/3}, low = {low_values, /*columns=*/2};
  EXPECT_THAT(Trustworthiness(high, low, 1, /*threads=*/1), Optional(DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(Trustworthiness(high, low, 3, /*threads=*/1), Optional(DoubleNear(0.5866666666666667, 1e-12)));
  EXPECT_THAT(Trustworthiness(high, low, 5, /*threads=*/1), Optional(DoubleNear(0.5841666666666667, 1e-12)));
  EXPECT_THAT(Trustworthiness(high, low, 9, /*threads=*/2), Optional(DoubleNear(0.5527777777777778, 1e-12)));
  EXPECT_THAT(Continuity(high, low, 1, /*threads=*/1), Optional(DoubleNear(0.4361111111111111, 1e-12)));
  EXPECT_THAT(Continuity(high, low, 3, /*threads=*/1), Optional(DoubleNear(0.47444444444444445, 1e-12)));
  EXPECT_THAT(Continuity(high, low, 5, /*threads=*/1), Optional(DoubleNear(0.56, 1e-12)));
  EXPECT_THAT(Continuity(high, low, 9, /*threads=*/2), Optional(DoubleNear(0.5472222222222223, 1e-12)));
}

TEST(TrustworthinessTest, FollowsTheDefinitionWithTiesToo) {
  std::vector<float> values = ClusteredRows(300, /*columns=*/3, /*clusters=*/3, /*distance=*/2, /*seed=*/1);
  for (float& value : values) value = std::round(value * 3);
  std::vector<float> low_values;
  for (size_t e = 0; e < values.size(); ++e) {
    if (e % 3 != 2) low_values.push_back(values[e]);
  }
  const FeatureRows high = {values, /*columns=*/3}, low = {low_values, /*columns=*/2};
  for (const int64_t k : {1, 10, 149}) {
    EXPECT_THAT(Trustworthiness(high, low, k, /*threads=*/2), Optional(DoubleNear(PlainTrustworthiness(high, low, k), 1e-12)));
  }
}

TEST(TrustworthinessTest, IsOneForTheRowsThemselves) {
  const std::vector<float> values = ClusteredRows(100, /*columns=*/2, /*clusters=*/3, /*distance=*/2, /*seed=*/1);
  EXPECT_EQ(Trustworthiness({values, /*columns=*/2}, {values, /*columns=*/2}, 12, /*threads=*/1), 1);
}

TEST(TrustworthinessTest, IsNotDefinedForHalfTheRowsOrNone) {
  const std::vector<float> values = {1, 2, 3, 5};
  const FeatureRows rows = {values, /*columns=*/1};
  EXPECT_EQ(Trustworthiness(rows, rows, 1, /*threads=*/1), 1);
  EXPECT_EQ(Trustworthiness(rows, rows, 2, /*threads=*/1), std::nullopt);
  EXPECT_EQ(Trustworthiness(rows, rows, 0, /*threads=*/1), std::nullopt);
  EXPECT_EQ(Continuity({{}, 1}, {{}, 1}, 1, /*threads=*/1), std::nullopt);
}

TEST(NeighbourPurityTest, IsTheShareOfEqualLabels) {
  const std::vector<float> values = {0, 1, 2, 10, 11, 12.5f};
  const FeatureRows rows = {values, /*columns=*/1};
  EXPECT_THAT(NeighbourPurity(rows, {0, 0, 0, 1, 1, 1}, 2, /*threads=*/1), Optional(1));
  EXPECT_THAT(NeighbourPurity(rows, {0, 0, 1, 1, 1, 1}, 1, /*threads=*/1), Optional(DoubleNear(5 / 6.0, 1e-12)));  // 2 sees 1
  EXPECT_THAT(NeighbourPurity(rows, {0, 1, 2, 3, 4, 5}, 2, /*threads=*/1), Optional(0));
  EXPECT_THAT(NeighbourPurity(rows, {0, 0, 0, 1, 1, 1}, 99, /*threads=*/1), Optional(DoubleNear(2 / 5.0, 1e-12)));
}

TEST(NeighbourPurityTest, LeavesRowsWithoutLabelsOut) {
  const std::vector<float> values = {0, 1, 2, 10, 11, 12.5f};
  const FeatureRows rows = {values, /*columns=*/1};
  // 0 sees only 1, which has none; 2 the same; 3 sees 4, 4 sees 3, 5 sees 4.
  EXPECT_THAT(NeighbourPurity(rows, {0, -1, 0, 1, 1, 2}, 1, /*threads=*/1), Optional(DoubleNear(2 / 3.0, 1e-12)));
  EXPECT_EQ(NeighbourPurity(rows, {-1, -1, -1, -1, -1, -1}, 1, /*threads=*/1), std::nullopt);
  EXPECT_EQ(NeighbourPurity({absl::MakeSpan(values).first(1), 1}, {0}, 1, /*threads=*/1), std::nullopt);
  EXPECT_EQ(NeighbourPurity({{}, 1}, {}, 1, /*threads=*/1), std::nullopt);
}

}  // namespace
}  // namespace mica
