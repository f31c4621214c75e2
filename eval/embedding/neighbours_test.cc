#include "eval/embedding/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// By sorting all distances. Only for columns whose numbers are whole, so that sums are exact.
std::vector<int32_t> SortedRows(const FeatureRows& rows, int64_t i, int64_t wanted) {
  std::vector<std::pair<double, int32_t>> all;
  for (int64_t j = 0; j < rows.count(); ++j) {
    double distance = 0;
    for (int64_t c = 0; c < rows.columns; ++c) distance += (rows.row(i)[c] - rows.row(j)[c]) * (rows.row(i)[c] - rows.row(j)[c]);
    if (j != i) all.push_back({distance, static_cast<int32_t>(j)});
  }
  std::sort(all.begin(), all.end());
  std::vector<int32_t> nearest;
  for (int64_t n = 0; n < wanted; ++n) nearest.push_back(all[n].second);
  return nearest;
}

TEST(FindNeighboursTest, FindsWhatSortingFindsWithManyTies) {
  for (const int64_t count : {17, 300, 1000}) {
    std::vector<float> values = ClusteredRows(count, /*columns=*/3, /*clusters=*/4, /*distance=*/2, /*seed=*/count);
    for (float& value : values) value = std::round(value * 5);
    const FeatureRows rows = {values, /*columns=*/3};
    for (const int64_t wanted : {1, 7, 16}) {
      const Neighbours found = FindNeighbours(rows, wanted, /*threads=*/2);
      ASSERT_EQ(found.per_row, wanted);
      ASSERT_EQ(found.count(), count);
      for (int64_t i = 0; i < count; ++i) {
        const std::vector<int32_t> own(found.rows.begin() + i * wanted, found.rows.begin() + (i + 1) * wanted);
        ASSERT_EQ(own, SortedRows(rows, i, wanted)) << "row " << i << " of " << count;
      }
    }
  }
}

TEST(FindNeighboursTest, GivesSquaredDistances) {
  const std::vector<float> values = {0, 0, 3, 4, 0, 1};
  const Neighbours found = FindNeighbours({values, /*columns=*/2}, /*per_row=*/2, /*threads=*/1);
  EXPECT_THAT(found.rows, ElementsAre(2, 1, 2, 0, 0, 1));
  EXPECT_THAT(found.squared_distances, ElementsAre(1, 25, 18, 25, 1, 18));
}

TEST(FindNeighboursTest, OfEqualRowsTheFirstAreNearest) {
  const std::vector<float> values(600, 2.5f);
  const Neighbours found = FindNeighbours({values, /*columns=*/1}, /*per_row=*/3, /*threads=*/2);
  EXPECT_EQ(std::vector<int32_t>(found.rows.begin() + 3 * 599, found.rows.end()), (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(std::vector<int32_t>(found.rows.begin() + 3, found.rows.begin() + 6), (std::vector<int32_t>{0, 2, 3}));
}

TEST(FindNeighboursTest, FewRowsHaveAllOthers) {
  const std::vector<float> values = {1, 2, 4};
  EXPECT_THAT(FindNeighbours({values, /*columns=*/1}, /*per_row=*/9, /*threads=*/2).rows, ElementsAre(1, 2, 0, 2, 1, 0));
  EXPECT_THAT(FindNeighbours({absl::MakeSpan(values).first(1), /*columns=*/1}, /*per_row=*/9, /*threads=*/2).rows, IsEmpty());
  EXPECT_EQ(FindNeighbours({{}, /*columns=*/1}, /*per_row=*/9, /*threads=*/2).count(), 0);
}

}  // namespace
}  // namespace mica
