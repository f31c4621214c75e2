#include "data/decode/picture_slice.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(PictureSliceTest, EndsWhereItsPictureEnds) {
  PictureInMemory file("headerPICTUREtrailer");
  PictureSlice slice(file, /*offset=*/6, /*length=*/7);

  EXPECT_EQ(slice.size(), 7);
  EXPECT_EQ(slice.Read(0, 100), "PICTURE");
  EXPECT_EQ(slice.Read(2, 3), "CTU");
  EXPECT_EQ(slice.Read(7, 1), "");
  EXPECT_EQ(slice.Read(100, 1), "");
  EXPECT_EQ(slice.error(), "");
}

// A file that was cut after it was listed.
TEST(PictureSliceTest, HasNoMoreThanItsFile) {
  PictureInMemory file("header");
  PictureSlice slice(file, /*offset=*/4, /*length=*/100);

  EXPECT_EQ(slice.Read(0, 100), "er");
  EXPECT_EQ(slice.Read(50, 1), "");
}

}  // namespace
}  // namespace mica
