#include "data/decode/upright_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
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

}  // namespace
}  // namespace mica
