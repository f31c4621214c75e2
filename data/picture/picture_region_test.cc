#include "data/picture/picture_region.h"

#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

constexpr PictureRegion kOuter = {10, 20, 30, 40};  // columns 10 to 39, rows 20 to 59

TEST(PictureRegionTest, ContainsWhatLiesInside) {
  for (const PictureRegion& part : {kOuter, PictureRegion{10, 20, 1, 1}, PictureRegion{39, 59, 1, 1}, PictureRegion{15, 30, 20, 10}}) {
    EXPECT_TRUE(kOuter.Contains(part)) << part.left_px << " " << part.top_px;
  }
}

TEST(PictureRegionTest, ContainsNothingEmptyAndNothingOverItsEdges) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  for (const PictureRegion& part : {PictureRegion{15, 30, 0, 5}, PictureRegion{15, 30, 5, 0}, PictureRegion{9, 30, 5, 5},
                                    PictureRegion{15, 19, 5, 5}, PictureRegion{36, 30, 5, 5}, PictureRegion{15, 56, 5, 5},
                                    PictureRegion{15, 30, kMost, 5}, PictureRegion{15, 30, 5, kMost}, PictureRegion{15, 30, -5, 5}}) {
    EXPECT_FALSE(kOuter.Contains(part)) << part.left_px << " " << part.top_px << " " << part.width_px << " " << part.height_px;
  }
}

TEST(PictureRegionTest, IntersectionIsWhatBothHave) {
  EXPECT_EQ(Intersection(kOuter, {0, 30, 15, 100}), (PictureRegion{10, 30, 5, 30}));
  EXPECT_EQ(Intersection({0, 30, 15, 100}, kOuter), (PictureRegion{10, 30, 5, 30}));
  EXPECT_EQ(Intersection(kOuter, kOuter), kOuter);
}

}  // namespace
}  // namespace mica
