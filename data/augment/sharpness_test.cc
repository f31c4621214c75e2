// Values are held by pixel_goldens_test; these are properties.
#include "data/augment/sharpness.h"

#include <gtest/gtest.h>

#include "data/augment/random_picture.h"

namespace mica {
namespace {

Picture Sharpened(double factor, Picture picture) {
  Picture scratch;
  AdjustSharpness(factor, &picture, &scratch);
  return picture;
}

TEST(SharpnessTest, FactorOneChangesNothing) {
  for (const Picture& picture : PicturesOfManySizes()) EXPECT_EQ(Sharpened(1, picture), picture);
}

TEST(SharpnessTest, WhatHasNoInsideStays) {
  for (const Picture& picture : {RandomPicture(2, 9, 3), RandomPicture(9, 2, 1), RandomPicture(1, 1, 3)}) {
    EXPECT_EQ(Sharpened(1.9, picture), picture);
  }
}

TEST(SharpnessTest, FlatPicturesStay) {
  const Picture picture = FlatPicture(7, 9, {3, 128, 255});
  EXPECT_EQ(Sharpened(0, picture), picture);
  EXPECT_EQ(Sharpened(5, picture), picture);
}

TEST(SharpnessTest, TheMiddleCountsFivefold) {
  Picture picture = FlatPicture(3, 3, {13});
  picture.pixels[4] = 39;
  // (8 * 13 + 5 * 39) / 13 = 23
  EXPECT_EQ(Sharpened(0, picture).pixels[4], 23);
  EXPECT_EQ(Sharpened(2, picture).pixels[4], 55);
  EXPECT_EQ(Sharpened(2, picture).pixels[1], 13);
}

TEST(SharpnessTest, ScratchMayHaveBeenUsed) {
  const Picture picture = RandomPicture(5, 6, 3);
  Picture scratch = RandomPicture(30, 40, 1);
  Picture result = picture;
  AdjustSharpness(1.5, &result, &scratch);
  EXPECT_EQ(result, Sharpened(1.5, picture));
}

}  // namespace
}  // namespace mica
