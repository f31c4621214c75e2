// Values are held by pixel_goldens_test; these are properties.
#include "data/augment/colour_ops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "data/augment/random_picture.h"

namespace mica {
namespace {

using testing::Each;
using testing::ElementsAre;

Picture After(const std::function<void(Picture*)>& function, Picture picture) {
  function(&picture);
  return picture;
}

TEST(ColourOpsTest, FactorOneAndShiftZeroChangeNothing) {
  for (const Picture& picture : PicturesOfManySizes()) {
    EXPECT_EQ(After([](Picture* p) { AdjustBrightness(1, p); }, picture), picture);
    EXPECT_EQ(After([](Picture* p) { AdjustContrast(1, p); }, picture), picture);
    EXPECT_EQ(After([](Picture* p) { AdjustSaturation(1, p); }, picture), picture);
    EXPECT_EQ(After([](Picture* p) { AdjustHue(0, p); }, picture), picture);
  }
}

TEST(ColourOpsTest, FactorZeroTakesAwayWhatIsAdjusted) {
  for (const Picture& picture : PicturesOfManySizes()) {
    EXPECT_THAT(After([](Picture* p) { AdjustBrightness(0, p); }, picture).pixels, Each(0));
    const Picture flat = After([](Picture* p) { AdjustContrast(0, p); }, picture);
    EXPECT_THAT(flat.pixels, Each(flat.pixels[0]));
    EXPECT_EQ(After([](Picture* p) { AdjustSaturation(0, p); }, picture), After(ToGrey, picture));
  }
}

TEST(ColourOpsTest, HugeFactorsSaturate) {
  const double huge = std::numeric_limits<float>::max();
  EXPECT_THAT(After([=](Picture* p) { AdjustBrightness(huge, p); }, FlatPicture(3, 3, {1, 2, 3})).pixels, Each(255));
  EXPECT_THAT(After([=](Picture* p) { AdjustSaturation(1e30, p); }, FlatPicture(1, 1, {200, 50, 0})).pixels, ElementsAre(255, 0, 0));
}

TEST(ColourOpsTest, TheMeanStaysInContrast) {
  // The mean of 10 and 30 is 20.
  Picture picture = FlatPicture(1, 2, {10});
  picture.pixels[1] = 30;
  AdjustContrast(1.5, &picture);
  EXPECT_THAT(picture.pixels, ElementsAre(5, 35));
}

TEST(ColourOpsTest, AGreyPictureHasNoColours) {
  const Picture picture = RandomPicture(9, 11, 1);
  EXPECT_EQ(After([](Picture* p) { AdjustSaturation(1.7, p); }, picture), picture);
  EXPECT_EQ(After([](Picture* p) { AdjustHue(0.3, p); }, picture), picture);
  EXPECT_EQ(After(ToGrey, picture), picture);
}

TEST(ColourOpsTest, GreyPixelsHaveNoHue) {
  for (int value = 0; value < 256; ++value) {
    const uint8_t byte = static_cast<uint8_t>(value);
    EXPECT_THAT(After([](Picture* p) { AdjustHue(0.37, p); }, FlatPicture(1, 1, {byte, byte, byte})).pixels, Each(byte));
  }
}

TEST(ColourOpsTest, HalfATurnGivesTheOppositeHue) {
  EXPECT_THAT(After([](Picture* p) { AdjustHue(0.5, p); }, FlatPicture(1, 1, {255, 0, 0})).pixels, ElementsAre(0, 255, 255));
  EXPECT_THAT(After([](Picture* p) { AdjustHue(-0.5, p); }, FlatPicture(1, 1, {255, 0, 0})).pixels, ElementsAre(0, 255, 255));
}

TEST(ColourOpsTest, GreyIsRoundedDown) {
  // 0.2989 * 100 + 0.587 * 200 + 0.114 * 50 = 152.99
  EXPECT_THAT(After(ToGrey, FlatPicture(1, 1, {100, 200, 50})).pixels, Each(152));
}

TEST(ColourOpsTest, InvertTwiceChangesNothing) {
  for (const Picture& picture : PicturesOfManySizes()) {
    EXPECT_NE(After(Invert, picture), picture);
    EXPECT_EQ(After(Invert, After(Invert, picture)), picture);
  }
}

TEST(ColourOpsTest, PosterizeKeepsUpperBits) {
  const Picture picture = RandomPicture(5, 7, 3);
  EXPECT_EQ(After([](Picture* p) { Posterize(8, p); }, picture), picture);
  EXPECT_THAT(After([](Picture* p) { Posterize(0, p); }, picture).pixels, Each(0));
  EXPECT_THAT(After([](Picture* p) { Posterize(2, p); }, FlatPicture(1, 1, {63, 64, 255})).pixels, ElementsAre(0, 64, 192));
}

TEST(ColourOpsTest, SolarizeTakesAnyThreshold) {
  const Picture picture = RandomPicture(5, 7, 3);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double low : {0.0, -3.5, -infinity}) EXPECT_EQ(After([=](Picture* p) { Solarize(low, p); }, picture), After(Invert, picture));
  for (const double high : {255.5, 256.0, infinity}) EXPECT_EQ(After([=](Picture* p) { Solarize(high, p); }, picture), picture);
  EXPECT_THAT(After([](Picture* p) { Solarize(100, p); }, FlatPicture(1, 1, {99, 100, 101})).pixels, ElementsAre(99, 155, 154));
}

// The last pixels go another way than whole blocks.
TEST(ColourOpsTest, APixelsPlaceDoesNotMatter) {
  const std::vector<std::function<void(Picture*)>> functions = {
      [](Picture* p) { AdjustBrightness(1.37, p); }, [](Picture* p) { AdjustSaturation(0.4, p); }, [](Picture* p) { AdjustHue(-0.21, p); },
      ToGrey, [](Picture* p) { Solarize(77, p); }};
  const Picture picture = RandomPicture(3, 67, 3);
  for (const auto& function : functions) {
    const Picture whole = After(function, picture);
    for (size_t i = 0; i < picture.pixels.size(); i += 3) {
      const Picture pixel = After(function, FlatPicture(1, 1, {picture.pixels[i], picture.pixels[i + 1], picture.pixels[i + 2]}));
      EXPECT_THAT(pixel.pixels, ElementsAre(whole.pixels[i], whole.pixels[i + 1], whole.pixels[i + 2])) << i;
    }
  }
}

}  // namespace
}  // namespace mica
