#include "models/weights/array_view.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(ArrayViewTest, NamesFromFilesAreShownOnOneLineWithoutControlCharacters) {
  EXPECT_EQ(ShownName("layer1.0.conv1.weight"), "layer1.0.conv1.weight");
  EXPECT_EQ(ShownName("caf\xc3\xa9\n\x1b[2J"), R"(café\n\x1b[2J)");
}

TEST(ArrayViewTest, LongNamesAreCutBetweenCharacters) {
  EXPECT_EQ(ShownName(std::string(81, 'n')), std::string(80, 'n') + "…");
  EXPECT_EQ(ShownName(std::string(79, 'n') + "é"), std::string(79, 'n') + "…");
}

}  // namespace
}  // namespace mica
