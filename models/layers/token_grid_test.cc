#include "models/layers/token_grid.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

void ExpectGrid(int64_t tokens, int64_t height_px, int64_t width_px, const TokenGrid& expected) {
  const std::optional<TokenGrid> grid = TokenGridOf(tokens, height_px, width_px);
  ASSERT_TRUE(grid.has_value()) << tokens;
  EXPECT_EQ(grid->rows, expected.rows);
  EXPECT_EQ(grid->columns, expected.columns);
  EXPECT_EQ(grid->first, expected.first);
}

TEST(TokenGridTest, AnyGridOfSquarePatchesIsFound) {
  for (int64_t rows = 1; rows <= 20; ++rows) {
    for (int64_t columns = 1; columns <= 20; ++columns) ExpectGrid(rows * columns, rows * 16, columns * 16, {rows, columns, 0});
  }
}

TEST(TokenGridTest, AClassTokenComesFirst) {
  ExpectGrid(197, 224, 224, {14, 14, 1});
  ExpectGrid(2 * 3 + 1, 32, 48, {2, 3, 1});
}

TEST(TokenGridTest, OtherNumbersAreNoGrid) {
  EXPECT_FALSE(TokenGridOf(199, 224, 224).has_value());
  EXPECT_FALSE(TokenGridOf(0, 224, 224).has_value());
}

}  // namespace
}  // namespace mica
