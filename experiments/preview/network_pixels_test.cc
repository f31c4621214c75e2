#include "experiments/preview/network_pixels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mica {
namespace {

using testing::ElementsAre;

TEST(NetworkPixelsTest, AreThoseThatWereNormalised) {
  const std::vector<float> mean = {0.485f, 0.456f, 0.406f}, std = {0.229f, 0.224f, 0.225f};
  std::vector<float> values;
  for (int v = 0; v < 256; ++v) {
    for (int c = 0; c < 3; ++c) values.push_back((static_cast<float>(v) / 255 - mean[c]) / std[c]);
  }
  Picture picture;
  ShowNetworkPixels(values, {/*height_px=*/16, /*width_px=*/16}, mean, std, &picture);
  for (int v = 0; v < 256; ++v) {
    for (int c = 0; c < 3; ++c) ASSERT_EQ(picture.pixels[3 * v + c], v);
  }
}

TEST(NetworkPixelsTest, NoiseIsCutOff) {
  Picture picture;
  ShowNetworkPixels({-0.5f, 0.5f, 7.0f}, {1, 3}, {0.0f}, {1.0f}, &picture);
  EXPECT_THAT(picture.pixels, ElementsAre(0, 128, 255));
  EXPECT_EQ(picture.channels, 1);
}

}  // namespace
}  // namespace mica
