#include "data/decode/upright_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>
#include <string>

namespace mica {
namespace {

// Rows of letters, one a pixel: "abc|def".
Picture PictureOf(const std::string& rows, int channels = 1) {
  Picture picture;
  const int32_t width = static_cast<int32_t>(rows.find('|'));
  picture.Reshape(static_cast<int32_t>((rows.size() + 1) / (width + 1)), width, channels);
  uint8_t* value = picture.pixels.data();
  for (const char letter : rows) {
    if (letter == '|') continue;
    for (int channel = 0; channel < channels; ++channel) *value++ = static_cast<uint8_t>(letter + channel);
  }
  return picture;
}

std::string RowsOf(const Picture& picture) {
  std::string rows;
  for (int32_t y = 0; y < picture.height_px; ++y) {
    if (y > 0) rows += '|';
    for (int32_t x = 0; x < picture.width_px; ++x) rows += static_cast<char>(picture.Row(y)[x * picture.channels]);
  }
  return rows;
}

// Worked by hand from EXIF's table: with 6, the first stored row is the right side of the picture
// and the first stored column its top.
TEST(UprightPictureTest, EachOrientationIsTurned) {
  const std::string expected[] = {"abc|def", "cba|fed", "fed|cba", "def|abc", "ad|be|cf", "da|eb|fc", "fc|eb|da", "cf|be|ad"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(RowsOf(UprightPicture(PictureOf("abc|def"), orientation)), expected[orientation - 1]) << orientation;
  }
}

TEST(UprightPictureTest, ColoursStayTogether) {
  const Picture upright = UprightPicture(PictureOf("ad|gj", 3), 6);
  EXPECT_EQ(std::string(upright.pixels.begin(), upright.pixels.end()), "ghiabcjkldef");
}

TEST(UprightPictureTest, UnknownOrientationsChangeNothing) {
  for (const int orientation : {-1, 0, 9, 100}) EXPECT_EQ(RowsOf(UprightPicture(PictureOf("abc|def"), orientation)), "abc|def");
}

// Whatever is asked for, it is what turning the whole picture first would give.
TEST(UprightPictureTest, RegionsAreThoseOfTheUprightPicture) {
  Picture stored;
  stored.Reshape(7, 5, 3);
  std::iota(stored.pixels.begin(), stored.pixels.end(), uint8_t{0});
  for (int orientation = 0; orientation <= 8; ++orientation) {
    const Picture whole = UprightPicture(stored, orientation);
    const PictureSize size = whole.size();
    for (const PictureRegion region : {PictureRegion{0, 0, 5, 5}, PictureRegion{1, 2, 3, 1}, PictureRegion{4, 4, 1, 1}}) {
      const PictureRegion in_stored = StoredRegion(region, size, orientation);
      Picture part;
      TurnUpright(stored, in_stored, orientation, 3, &part);
      ASSERT_EQ(part.height_px, region.height_px);
      ASSERT_EQ(part.width_px, region.width_px);
      for (int32_t y = 0; y < part.height_px; ++y) {
        ASSERT_EQ(std::memcmp(part.Row(y), whole.Row(region.top_px + y) + 3 * region.left_px, static_cast<size_t>(part.row_bytes())), 0);
      }
      const PictureBox box =
          UprightBox({in_stored.left_px + 0.0, in_stored.top_px + 0.0, in_stored.width_px + 0.0, in_stored.height_px + 0.0}, stored.size(),
                     orientation);
      EXPECT_EQ(box.left, region.left_px) << orientation;
      EXPECT_EQ(box.top, region.top_px) << orientation;
      EXPECT_EQ(box.width, region.width_px) << orientation;
      EXPECT_EQ(box.height, region.height_px) << orientation;
    }
  }
}

// Pillow 9.4: Image.new("RGB", (1, 1), c).convert("L").
TEST(UprightPictureTest, GreyIsThatOfPillow) {
  Picture stored, grey, colours;
  stored.Reshape(2, 4, 3);
  const uint8_t rgb[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 1, 2, 3, 100, 150, 200, 254, 255, 253};
  std::copy(std::begin(rgb), std::end(rgb), stored.pixels.begin());
  TurnUpright(stored, {0, 0, 4, 2}, 1, 1, &grey);
  EXPECT_THAT(grey.pixels, testing::ElementsAre(76, 150, 29, 255, 0, 2, 141, 254));
  TurnUpright(grey, {0, 0, 2, 2}, 6, 3, &colours);
  EXPECT_THAT(colours.pixels, testing::ElementsAre(0, 0, 0, 76, 76, 76, 2, 2, 2, 150, 150, 150));
}

}  // namespace
}  // namespace mica
