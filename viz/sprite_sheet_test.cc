#include "viz/sprite_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mica {
namespace {

using Colour = std::array<uint8_t, 3>;

Picture Plain(int height, int width, Colour colour, int channels = 3) {
  Picture picture;
  picture.Reshape(height, width, channels);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = colour[i % channels];
  return picture;
}

Colour At(const Picture& picture, int y, int x) {
  Colour colour;
  std::copy_n(picture.Row(y) + 3 * x, 3, colour.begin());
  return colour;
}

TEST(SpriteSheetTest, PicturesStandRowByRow) {
  std::vector<Picture> pictures;
  for (uint8_t i = 1; i <= 5; ++i) pictures.push_back(Plain(16, 16, {i, static_cast<uint8_t>(2 * i), static_cast<uint8_t>(3 * i)}));
  std::vector<const Picture*> pointers;
  for (const Picture& picture : pictures) pointers.push_back(&picture);
  const Picture sheet = DrawSpriteSheet(pointers, 16);
  ASSERT_EQ(sheet.size(), (PictureSize{2 * 16, 3 * 16}));
  for (int y = 0; y < sheet.height_px; ++y) {
    for (int x = 0; x < sheet.width_px; ++x) {
      const uint8_t i = static_cast<uint8_t>(y / 16 * 3 + x / 16 + 1);
      const Colour expected = i <= 5 ? At(pictures[i - 1], 0, 0) : Colour{};
      ASSERT_EQ(At(sheet, y, x), expected) << y << " " << x;
    }
  }
}

TEST(SpriteSheetTest, GreyBecomesRgbAndNarrowPicturesStandInTheMiddle) {
  const Picture narrow = Plain(20, 10, {200}, /*channels=*/1);
  const Picture sheet = DrawSpriteSheet({&narrow}, 20);
  ASSERT_EQ(sheet.size(), (PictureSize{20, 20}));
  for (int x = 0; x < 20; ++x) EXPECT_EQ(At(sheet, 7, x), (x >= 5 && x < 15 ? Colour{200, 200, 200} : Colour{})) << x;
}

TEST(SpriteSheetTest, ASquareNumberFillsASquare) {
  const Picture picture = Plain(40, 40, {9, 9, 9});
  EXPECT_EQ(DrawSpriteSheet(std::vector<const Picture*>(9, &picture), 16).size(), (PictureSize{48, 48}));
  EXPECT_EQ(DrawSpriteSheet(std::vector<const Picture*>(10, &picture), 16).size(), (PictureSize{48, 64}));
}

}  // namespace
}  // namespace mica
