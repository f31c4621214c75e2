#include "data/index/pixel_planes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mica {
namespace {

std::string Converted(const ImageShape& shape, bool transpose, std::string pictures) {
  ToPlanes(shape, transpose, absl::MakeSpan(&pictures[0], pictures.size()));
  return pictures;
}

TEST(PixelPlanesTest, SeparatesColours) {
  EXPECT_EQ(Converted({3, 2, 2}, false, "rgbRGBsthSTH"), "rRsSgGtTbBhH");
  EXPECT_EQ(Converted({3, 1, 1}, false, "rgbRGB"), "rgbRGB");
  EXPECT_EQ(Converted({3, 1, 2}, false, "rgbRGBxyzXYZ"), "rRgGbBxXyYzZ") << "two pictures";
}

TEST(PixelPlanesTest, Transposes) {
  EXPECT_EQ(Converted({1, 2, 3}, true, "abcdefABCDEF"), "adbecfADBECF");
  EXPECT_EQ(Converted({3, 1, 2}, true, "rgbRGB"), "rRgGbB");
  std::string one = "abcdef";
  EXPECT_EQ(ToPlanes({1, 2, 3}, true, absl::MakeSpan(&one[0], one.size())), (ImageShape{1, 3, 2}));
}

TEST(PixelPlanesTest, LeavesGreyPicturesAlone) {
  EXPECT_EQ(Converted({1, 2, 3}, false, "abcdef"), "abcdef");
}

// Index by index, over random shapes.
TEST(PixelPlanesTest, MovesEachValueToItsPlace) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const int n = 1 + static_cast<int>(random() % 3), h = 1 + static_cast<int>(random() % 9), w = 1 + static_cast<int>(random() % 9);
    const int channels = random() % 2 == 0 ? 1 : 3;
    const bool transpose = random() % 2 == 0;
    std::string pictures(static_cast<size_t>(n * h * w * channels), '\0');
    for (char& value : pictures) value = static_cast<char>(random());
    const std::string converted = Converted({channels, h, w}, transpose, pictures);
    for (int i = 0; i < n; ++i) {
      for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
          for (int c = 0; c < channels; ++c) {
            const int place = transpose ? x * h + y : y * w + x;
            ASSERT_EQ(converted[(i * channels + c) * h * w + place], pictures[((i * h + y) * w + x) * channels + c]);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace mica
