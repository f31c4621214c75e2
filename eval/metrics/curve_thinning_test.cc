#include "eval/metrics/curve_thinning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(CurveThinningTest, KeepsTheCornersOfAStaircase) {
  const std::vector<CurvePoint> stairs = {{0, 0}, {0, .2}, {0, .5}, {.1, .5}, {.3, .5}, {.4, .5}, {.4, 1}, {.7, 1}, {1, 1}};
  EXPECT_THAT(ThinnedCurve(stairs, 300), ElementsAre(0, 2, 5, 6, 8));
}

TEST(CurveThinningTest, TheLargestCornerIsKeptLongest) {
  const std::vector<CurvePoint> curve = {{0, 0}, {.2, .5}, {.3, .4}, {1, 1}};
  EXPECT_THAT(ThinnedCurve(curve, 2), ElementsAre(0, 3));
  EXPECT_THAT(ThinnedCurve(curve, 3), ElementsAre(0, 1, 3));
  EXPECT_THAT(ThinnedCurve(curve, 4), ElementsAre(0, 1, 2, 3));
}

TEST(CurveThinningTest, ShortAndFlatCurves) {
  EXPECT_THAT(ThinnedCurve({}, 10), IsEmpty());
  EXPECT_THAT(ThinnedCurve(std::vector<CurvePoint>{{1, 1}}, 10), ElementsAre(0));
  EXPECT_THAT(ThinnedCurve(std::vector<CurvePoint>(50, {.5, .5}), 10), ElementsAre(0, 49));
  // Both ends at one place.
  EXPECT_THAT(ThinnedCurve(std::vector<CurvePoint>{{0, 0}, {1, 0}, {0, 0}}, 10), ElementsAre(0, 1, 2));
}

double HeightAt(const std::vector<CurvePoint>& curve, double x) {
  const auto after = std::find_if(curve.begin() + 1, curve.end() - 1, [x](const CurvePoint& p) { return p.x >= x; });
  const CurvePoint& a = *(after - 1);
  return a.x == after->x ? a.y : a.y + (after->y - a.y) * (x - a.x) / (after->x - a.x);
}

TEST(CurveThinningTest, TheDrawnLineStaysWhereItWas) {
  Rng rng(/*seed=*/1, RngStream::kShuffle, 1, 0);
  std::vector<CurvePoint> curve;
  for (int i = 0; i <= 20000; ++i) curve.push_back({i / 20000.0, std::sin(i / 10000.0) + 1e-4 * rng.Uniform()});
  const std::vector<CurvePoint> thinned = Thinned(curve, &CurvePoint::x, &CurvePoint::y, 200);
  EXPECT_THAT(thinned, SizeIs(200));
  for (const CurvePoint& point : curve) EXPECT_NEAR(HeightAt(thinned, point.x), point.y, 3e-4);
}

}  // namespace
}  // namespace mica
