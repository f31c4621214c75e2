#include "viz/heat_overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "viz/filled_picture.h"

namespace mica {
namespace {

using testing::ElementsAre;

std::vector<int> PixelAt(const Picture& picture, int y, int x) {
  const uint8_t* const pixel = picture.Row(y) + x * picture.channels;
  return {pixel, pixel + picture.channels};
}

int Mixed(double grey, double colour) {
  return static_cast<int>(std::lround(0.4 * (64 + grey / 2) + 0.6 * colour));
}

// Yellow on black is lighter than blue on white.
TEST(HeatOverlayTest, ThePictureDoesNotHideTheHeat) {
  const std::vector<float> hot = {1}, cold = {0};
  const std::vector<int> on_black = PixelAt(OverlayHeat(Filled(1, 1, {0}), {hot, 1, 1}), 0, 0);
  const std::vector<int> on_white = PixelAt(OverlayHeat(Filled(1, 1, {255}), {cold, 1, 1}), 0, 0);
  EXPECT_GT(on_black[0], on_white[0] + 30);
  EXPECT_GT(on_black[1], on_white[1] + 30);
}

// matplotlib's viridis begins with #440154 and ends in #fde725.
TEST(HeatOverlayTest, ColoursAreThoseOfViridis) {
  const std::vector<float> ends = {0, 1};
  const Picture black = OverlayHeat(Filled(1, 2, {0}), {ends, 1, 2});
  EXPECT_THAT(PixelAt(black, 0, 0), ElementsAre(Mixed(0, 0x44), Mixed(0, 0x01), Mixed(0, 0x54)));
  EXPECT_THAT(PixelAt(black, 0, 1), ElementsAre(Mixed(0, 0xfd), Mixed(0, 0xe7), Mixed(0, 0x25)));
}

// The sum of the colours' luminance rises with the heat.
TEST(HeatOverlayTest, HotterIsLighter) {
  std::vector<float> ramp;
  for (int i = 0; i < 64; ++i) ramp.push_back(static_cast<float>(i) / 63);
  const Picture shown = OverlayHeat(Filled(1, 64, {100}), {ramp, 1, 64});
  double before = 0;
  for (int x = 0; x < 64; ++x) {
    const std::vector<int> pixel = PixelAt(shown, 0, x);
    const double luminance = 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
    EXPECT_GT(luminance, before - 0.5) << x;
    before = luminance;
  }
}

// 1 x 2 values over 4 pixels: their centres are at 1 and 3 of 4, the borders repeat them, and
// between them lie 1/4 and 3/4.
TEST(HeatOverlayTest, TheMapIsEnlargedBilinearly) {
  const std::vector<float> ends = {0, 1}, quarters = {0, 0.25f, 0.75f, 1};
  EXPECT_EQ(OverlayHeat(Filled(3, 4, {7}), {ends, 1, 2}).pixels, OverlayHeat(Filled(3, 4, {7}), {quarters, 1, 4}).pixels);
}

TEST(HeatOverlayTest, TheMapStandsTheRightWayUp) {
  const std::vector<float> values = {0, 0, 1, 0, 0, 0};
  const Picture shown = OverlayHeat(Filled(2, 3, {50, 50, 50}), {values, 2, 3});
  const std::vector<int> hot = PixelAt(shown, 0, 2);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 3; ++x) EXPECT_EQ(PixelAt(shown, y, x) == hot, y == 0 && x == 2);
  }
}

TEST(HeatOverlayTest, GreyAndColourPicturesGiveTheSame) {
  const std::vector<float> cold = {0};
  const Picture grey = OverlayHeat(Filled(2, 2, {255}), {cold, 1, 1}), colour = OverlayHeat(Filled(2, 2, {255, 255, 255}), {cold, 1, 1});
  EXPECT_EQ(grey.pixels, colour.pixels);
  EXPECT_THAT(PixelAt(grey, 1, 1), ElementsAre(Mixed(255, 0x44), Mixed(255, 0x01), Mixed(255, 0x54)));
}

}  // namespace
}  // namespace mica
