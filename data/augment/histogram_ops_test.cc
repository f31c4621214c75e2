// Values are held by pixel_goldens_test; these are properties.
#include "data/augment/histogram_ops.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/augment/random_picture.h"

namespace mica {
namespace {

Picture ChannelOf(const Picture& picture, int channel) {
  Picture grey = FlatPicture(picture.height_px, picture.width_px, {0});
  for (size_t i = 0; i < grey.pixels.size(); ++i) grey.pixels[i] = picture.pixels[i * picture.channels + channel];
  return grey;
}

// Values from 50 to 177, of different frequencies.
Picture NarrowPicture(int32_t height, int32_t width, int32_t channels) {
  Picture picture = RandomPicture(height, width, channels);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(50 + value * value / 512);
  return picture;
}

class HistogramOpsTest : public testing::TestWithParam<void (*)(Picture*)> {};

INSTANTIATE_TEST_SUITE_P(Both, HistogramOpsTest, testing::Values(&AutoContrast, &Equalize));

TEST_P(HistogramOpsTest, ChannelsAreSeenApart) {
  Picture picture = NarrowPicture(37, 45, 3);
  const Picture source = picture;
  GetParam()(&picture);
  for (int channel = 0; channel < 3; ++channel) {
    Picture grey = ChannelOf(source, channel);
    GetParam()(&grey);
    EXPECT_EQ(ChannelOf(picture, channel), grey) << channel;
  }
}

TEST_P(HistogramOpsTest, OrderStaysAndAllValuesAreUsed) {
  Picture picture = NarrowPicture(61, 47, 1);
  const Picture source = picture;
  GetParam()(&picture);
  for (size_t i = 1; i < source.pixels.size(); ++i) {
    if (source.pixels[i - 1] <= source.pixels[i]) {
      ASSERT_LE(picture.pixels[i - 1], picture.pixels[i]);
    } else {
      ASSERT_GE(picture.pixels[i - 1], picture.pixels[i]);
    }
  }
  EXPECT_EQ(*std::min_element(picture.pixels.begin(), picture.pixels.end()), 0);
  EXPECT_GE(*std::max_element(picture.pixels.begin(), picture.pixels.end()), 254);
}

TEST_P(HistogramOpsTest, AFlatPictureStays) {
  for (const Picture& flat : {FlatPicture(1, 1, {7}), FlatPicture(40, 40, {0, 128, 255}), FlatPicture(300, 2, {255})}) {
    Picture picture = flat;
    GetParam()(&picture);
    EXPECT_EQ(picture, flat);
  }
}

TEST(AutoContrastTest, TheLastValuesCountToo) {
  for (const int32_t width : {2, 63, 64, 65, 191, 192, 193, 1000}) {
    Picture picture = FlatPicture(1, width, {100});
    picture.pixels.back() = 151;
    AutoContrast(&picture);
    EXPECT_EQ(picture.pixels[0], 0) << width;
    EXPECT_GE(picture.pixels.back(), 254) << width;
  }
}

TEST(EqualizeTest, TooFewPixelsStay) {
  Picture picture = RandomPicture(3, 9, 3);
  const Picture source = picture;
  Equalize(&picture);
  EXPECT_EQ(picture, source);
}

}  // namespace
}  // namespace mica
