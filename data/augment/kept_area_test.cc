#include "data/augment/kept_area.h"

#include <gtest/gtest.h>

#include <vector>

namespace mica {
namespace {

TEST(KeptAreaTest, AScaledPictureIsCut) {
  EXPECT_DOUBLE_EQ(KeptArea({ScaleOp{{224, 298}}, CropOp{{37, 0, 224, 224}}}, {480, 640}), 224. / 298);
}

TEST(KeptAreaTest, CropsMultiply) {
  EXPECT_DOUBLE_EQ(KeptArea({CropOp{{10, 0, 50, 100}}, FlipOp{}, ScaleOp{{25, 25}}, CropOp{{5, 5, 5, 25}}}, {100, 100}), 0.5 * 0.2 * 0.8);
}

TEST(KeptAreaTest, BordersAreNoPartOfThePicture) {
  const PadOp pad = {{4, 4, 4, 4}};
  EXPECT_DOUBLE_EQ(KeptArea({pad, CropOp{{4, 4, 32, 32}}}, {32, 32}), 1);
  EXPECT_DOUBLE_EQ(KeptArea({pad, CropOp{{0, 8, 32, 32}}}, {32, 32}), 28. * 28 / (32 * 32));
  // The flip moves the picture's missing side to the left.
  EXPECT_DOUBLE_EQ(KeptArea({pad, CropOp{{0, 4, 32, 32}}, FlipOp{false}, CropOp{{0, 0, 28, 32}}}, {32, 32}), 28. / 32);
  EXPECT_DOUBLE_EQ(KeptArea({pad, CropOp{{0, 4, 32, 32}}, FlipOp{true}, CropOp{{4, 0, 28, 32}}}, {32, 32}), 28. / 32);
  EXPECT_EQ(KeptArea({pad, CropOp{{0, 0, 4, 4}}, CropOp{{0, 0, 1, 1}}}, {32, 32}), 0);
}

TEST(KeptAreaTest, OtherOperationsKeepAll) {
  EXPECT_EQ(KeptArea({ScaleOp{{7, 9}}, ColourOp{ColourOp::Kind::kInvert}, AffineOp{}}, {3, 5}), 1);
  EXPECT_EQ(KeptArea({}, {3, 5}), 1);
}

}  // namespace
}  // namespace mica
