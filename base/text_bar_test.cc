#include "base/text_bar.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(TextBarTest, HasEighthsOfAColumn) {
  EXPECT_EQ(TextBar(1, 3), "███");
  EXPECT_EQ(TextBar(0.3, 5), "█▌");
  EXPECT_EQ(TextBar(0.25, 1), "▎");
  EXPECT_EQ(TextBar(0, 10), "");
}

TEST(TextBarTest, AnythingIsSeen) {
  EXPECT_EQ(TextBar(1e-9, 10), "▏");
}

}  // namespace
}  // namespace mica
