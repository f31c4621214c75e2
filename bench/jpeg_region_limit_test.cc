#include "bench/jpeg_region_limit.h"

#include <gtest/gtest.h>

#include "bench/picture_tree.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

std::string Jpeg() {
  return *EncodeJpeg(DrawPicture(200, 120, /*seed=*/1), /*quality=*/90, JpegColours::kHalfResolution);
}

TEST(JpegRegionLimitTest, DeliversOnlyTheBlocksAroundTheRegion) {
  JpegRegionLimit limit;
  const std::string jpeg = Jpeg();
  EXPECT_EQ(limit.Decode(jpeg, {0, 0, 200, 120}), 200 * 120);
  EXPECT_EQ(limit.Decode(jpeg, {0, 0, 200, 1}), 200);
  // From column 48 - 16 to 48 + 50 + 16.
  EXPECT_EQ(limit.Decode(jpeg, {48, 70, 50, 10}), (114 - 32) * 10);
  // The left side goes to the border of a block of 16, the right side to that of the picture.
  EXPECT_EQ(limit.Decode(jpeg, {149, 110, 51, 10}), (200 - 128) * 10);
}

}  // namespace
}  // namespace mica
