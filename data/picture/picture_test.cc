#include "data/picture/picture.h"

#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

std::string PixelsOf(const Picture& picture) {
  return std::string(picture.pixels.begin(), picture.pixels.end());
}

TEST(FromPlanesTest, ColoursOfAPixelStandTogether) {
  Picture picture;
  FromPlanes("adgjmpbehknqcfilor", /*height=*/2, /*width=*/3, /*channels=*/3, &picture);
  EXPECT_EQ(PixelsOf(picture), "abcdefghijklmnopqr");
  EXPECT_EQ(picture.height_px, 2);
  EXPECT_EQ(picture.width_px, 3);
  EXPECT_EQ(picture.channels, 3);
}

TEST(FromPlanesTest, GreyStaysAsItIsInTheMemoryThatIsThere) {
  Picture picture;
  picture.Reshape(9, 9, 3);
  const uint8_t* const memory = picture.pixels.data();
  FromPlanes(
      "\xff"
      "bcdef",
      /*height=*/3, /*width=*/2, /*channels=*/1, &picture);
  EXPECT_EQ(PixelsOf(picture),
            "\xff"
            "bcdef");
  EXPECT_EQ(picture.row_bytes(), 2);
  EXPECT_EQ(picture.pixels.data(), memory);
  FromPlanes("", 0, 0, 1, &picture);
  EXPECT_TRUE(picture.pixels.empty());
}

TEST(FromPlanesDeathTest, TakesNoPlanesOfAnotherSize) {
  Picture picture;
  EXPECT_DEATH(FromPlanes("abcde", 2, 3, 1, &picture), "planes.size");
}

}  // namespace
}  // namespace mica
