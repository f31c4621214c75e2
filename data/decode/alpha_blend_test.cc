#include "data/decode/alpha_blend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mica {
namespace {

using ::testing::ElementsAre;

Picture PictureOf(int32_t channels, const std::vector<uint8_t>& values) {
  Picture picture;
  picture.Reshape(1, static_cast<int32_t>(values.size()) / channels, channels);
  picture.pixels.assign(values.begin(), values.end());
  return picture;
}

TEST(AlphaBlendTest, PutsColoursOnAGround) {
  Picture picture = PictureOf(4, {10, 20, 30, 0, 10, 20, 30, 255, 200, 100, 0, 51});
  BlendAlpha(AlphaGround::kWhite, &picture);
  EXPECT_THAT(picture.pixels, ElementsAre(255, 255, 255, 10, 20, 30, 244, 224, 204));
  picture = PictureOf(4, {10, 20, 30, 0, 10, 20, 30, 255, 200, 100, 0, 51});
  BlendAlpha(AlphaGround::kBlack, &picture);
  EXPECT_THAT(picture.pixels, ElementsAre(0, 0, 0, 10, 20, 30, 40, 20, 0));
}

TEST(AlphaBlendTest, DropsAlpha) {
  Picture picture = PictureOf(2, {10, 0, 20, 255, 30, 7});
  BlendAlpha(AlphaGround::kNone, &picture);
  EXPECT_THAT(picture.pixels, ElementsAre(10, 20, 30));
  EXPECT_EQ(picture.channels, 1);
}

TEST(AlphaBlendTest, IsTheRoundedMean) {
  for (int value = 0; value < 256; ++value) {
    for (int alpha = 0; alpha < 256; ++alpha) {
      Picture white = PictureOf(2, {static_cast<uint8_t>(value), static_cast<uint8_t>(alpha)});
      Picture black = white;
      BlendAlpha(AlphaGround::kWhite, &white);
      BlendAlpha(AlphaGround::kBlack, &black);
      ASSERT_EQ(white.pixels[0], std::lround((value * alpha + 255 * (255 - alpha)) / 255.0));
      ASSERT_EQ(black.pixels[0], std::lround(value * alpha / 255.0));
    }
  }
}

}  // namespace
}  // namespace mica
