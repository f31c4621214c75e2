#include "eval/embedding/row_distances.h"

#include <gtest/gtest.h>

#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

constexpr int64_t kBlock = RowDistances::kBlock;

// In the order in which the sums are documented to be equal on all processors: four columns, then
// the rest one by one.
float PlainDistance(const FeatureRows& rows, int64_t a, int64_t b) {
  std::vector<float> squares;
  for (int64_t c = 0; c < rows.columns; ++c) {
    const float difference = rows.row(b)[c] - rows.row(a)[c];
    squares.push_back(difference * difference);
  }
  float sum = 0;
  int64_t c = 0;
  for (; c + 4 <= rows.columns; c += 4) sum += (squares[c] + squares[c + 1]) + (squares[c + 2] + squares[c + 3]);
  for (; c < rows.columns; ++c) sum += squares[c];
  return sum;
}

TEST(RowDistancesTest, EqualPlainSumsToTheLastBit) {
  for (const int64_t columns : {1, 2, 3, 4, 5, 8, 11}) {
    const int64_t count = kBlock + 37;
    const std::vector<float> values = ClusteredRows(count, columns, /*clusters=*/5, /*distance=*/3, /*seed=*/columns);
    const FeatureRows rows = {values, columns};
    const RowDistances all(rows);
    ASSERT_EQ(all.blocks(), 2);
    std::vector<float> distances(3 * 2 * kBlock);
    for (int64_t block = 0; block < 2; ++block)
      all.ToBlock(/*first=*/7, /*rows=*/3, block, /*stride=*/2 * kBlock, &distances[block * kBlock]);
    for (int64_t i = 0; i < 3; ++i) {
      for (int64_t j = 0; j < count; ++j) ASSERT_EQ(distances[i * 2 * kBlock + j], PlainDistance(rows, 7 + i, j)) << i << " " << j;
    }
  }
}

TEST(RowDistancesTest, EqualRowsHaveNoDistanceHoweverFarFromZero) {
  std::vector<float> values(10 * 6, 12345.678f);
  values[5] = 12345.679f;  // rounds to the next float
  const RowDistances all({values, /*columns=*/6});
  std::vector<float> distances(kBlock);
  all.ToBlock(/*first=*/9, /*rows=*/1, /*block=*/0, kBlock, distances.data());
  EXPECT_GT(distances[0], 0);
  for (int64_t j = 1; j < 10; ++j) EXPECT_EQ(distances[j], 0);
}

TEST(RowDistancesTest, NoRowsHaveNoBlocks) {
  EXPECT_EQ(RowDistances({{}, /*columns=*/4}).blocks(), 0);
}

}  // namespace
}  // namespace mica
