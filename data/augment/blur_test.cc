#include "data/augment/blur.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/augment/border_index.h"
#include "data/augment/random_picture.h"

namespace mica {
namespace {

Picture Blurred(int kernel_px, double sigma, Picture picture) {
  BlurScratch scratch;
  GaussianBlur(kernel_px, sigma, &picture, &scratch);
  return picture;
}

// The definition: all pixels below the kernel.
double BlurredValue(const Picture& picture, int kernel_px, double sigma, int64_t y, int64_t x, int channel) {
  const int radius = kernel_px / 2;
  double sum = 0;
  double weights = 0;
  for (int dy = -radius; dy <= radius; ++dy) {
    const uint8_t* const row = picture.Row(ReflectedIndex(y + dy, picture.height_px));
    for (int dx = -radius; dx <= radius; ++dx) {
      const double weight = std::exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      sum += weight * row[ReflectedIndex(x + dx, picture.width_px) * picture.channels + channel];
      weights += weight;
    }
  }
  return sum / weights;
}

TEST(BlurTest, IsTheWeightedMeanOfThePixelsAround) {
  for (const Picture& picture : PicturesOfManySizes()) {
    for (const auto& [kernel_px, sigma] : {std::pair<int, double>{3, 0.8}, {9, 2.0}, {23, 1.1}, {15, 50.0}}) {
      const Picture result = Blurred(kernel_px, sigma, picture);
      for (int64_t i = 0; i < static_cast<int64_t>(picture.pixels.size()); i += 7) {
        const int64_t pixel = i / picture.channels;
        const double value =
            BlurredValue(picture, kernel_px, sigma, pixel / picture.width_px, pixel % picture.width_px, i % picture.channels);
        EXPECT_NEAR(result.pixels[i], value, 0.5001) << picture << " " << kernel_px << " " << i;
      }
    }
  }
}

TEST(BlurTest, FlatPicturesStay) {
  for (const uint8_t value : {0, 1, 100, 254, 255}) {
    const Picture picture = FlatPicture(9, 30, {value, 7, 255});
    EXPECT_EQ(Blurred(11, 3, picture), picture);
  }
}

TEST(BlurTest, SmallSigmasAndKernelsChangeNothing) {
  const Picture picture = RandomPicture(8, 8, 3);
  EXPECT_EQ(Blurred(1, 2, picture), picture);
  EXPECT_EQ(Blurred(5, 0.1, picture), picture);
  EXPECT_EQ(Blurred(5, 1e-300, picture), picture);
}

TEST(BlurTest, ScratchIsUsedAgain) {
  BlurScratch scratch;
  Picture picture = RandomPicture(50, 60, 3);
  GaussianBlur(9, 2, &picture, &scratch);
  picture = RandomPicture(5, 6, 1);
  GaussianBlur(3, 1, &picture, &scratch);
  EXPECT_EQ(picture, Blurred(3, 1, RandomPicture(5, 6, 1)));
}

}  // namespace
}  // namespace mica
