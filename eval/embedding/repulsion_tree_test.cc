#include "eval/embedding/repulsion_tree.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

struct Push {
  PlanePoints push;
  double sum = 0;
};

Push ByTree(const PlanePoints& points, double theta) {
  RepulsionTree tree(theta);
  tree.Build(points);
  Push result = {PlanePoints(points.size()), 0};
  for (int64_t group = 0; group < tree.groups(); ++group) result.sum += tree.PushGroup(group, &result.push);
  return result;
}

// The definition.
Push ByAllPairs(const PlanePoints& points) {
  Push result = {PlanePoints(points.size()), 0};
  for (size_t i = 0; i < points.size(); ++i) {
    double x = 0, y = 0;
    for (size_t j = 0; j < points.size(); ++j) {
      if (i == j) continue;
      const double dx = double{points.x[i]} - points.x[j], dy = double{points.y[i]} - points.y[j], kernel = 1 / (1 + dx * dx + dy * dy);
      result.sum += kernel;
      x += kernel * kernel * dx;
      y += kernel * kernel * dy;
    }
    result.push.x[i] = static_cast<float>(x);
    result.push.y[i] = static_cast<float>(y);
  }
  return result;
}

// The length of the difference of all pushes, against the length of all pushes.
double RelativeError(const PlanePoints& push, const PlanePoints& expected) {
  double error = 0, length = 0;
  for (size_t i = 0; i < push.size(); ++i) {
    error += std::pow(push.x[i] - expected.x[i], 2) + std::pow(push.y[i] - expected.y[i], 2);
    length += std::pow(expected.x[i], 2) + std::pow(expected.y[i], 2);
  }
  return std::sqrt(error / length);
}

PlanePoints Clusters(int64_t count, double scale) {
  const std::vector<float> values = ClusteredRows(count, /*columns=*/2, /*clusters=*/8, /*distance=*/5, /*seed=*/3);
  PlanePoints points(count);
  for (int64_t i = 0; i < count; ++i) {
    points.x[i] = static_cast<float>(values[2 * i] * scale);
    points.y[i] = static_cast<float>(values[2 * i + 1] * scale);
  }
  return points;
}

TEST(RepulsionTreeTest, WithoutCellsComputesAllPairs) {
  for (const int64_t count : {1, 2, 3, 16, 17, 33, 700}) {
    const PlanePoints points = Clusters(count, /*scale=*/10);
    const Push tree = ByTree(points, /*theta=*/0), expected = ByAllPairs(points);
    EXPECT_NEAR(tree.sum, expected.sum, 1e-5 * expected.sum + 1e-6) << count;
    for (int64_t i = 0; i < count; ++i) {
      EXPECT_NEAR(tree.push.x[i], expected.push.x[i], 1e-4) << i << " of " << count;
      EXPECT_NEAR(tree.push.y[i], expected.push.y[i], 1e-4) << i << " of " << count;
    }
  }
}

// At all sizes that a t-SNE goes through.
TEST(RepulsionTreeTest, ErrsLittleWithCells) {
  for (const double scale : {1e-4, 0.1, 1.0, 10.0, 100.0}) {
    const PlanePoints points = Clusters(3000, scale);
    const Push expected = ByAllPairs(points);
    double last = 0;
    for (const double theta : {0.2, 0.5, 1.0}) {
      const Push tree = ByTree(points, theta);
      const double error = RelativeError(tree.push, expected.push);
      EXPECT_LT(error, 0.08 * theta * theta) << "scale " << scale << " theta " << theta;
      EXPECT_NEAR(tree.sum / expected.sum, 1, 0.04 * theta * theta) << "scale " << scale << " theta " << theta;
      if (scale > 0.01) {
        EXPECT_GT(error, last);  // so cells are used; nearer points all push alike
      }
      last = error;
    }
  }
}

TEST(RepulsionTreeTest, PointsAtOnePlaceDoNotPushAndAreQuick) {
  PlanePoints points(50000);
  std::fill(points.x.begin(), points.x.end(), 3.25f);
  const Push tree = ByTree(points, /*theta=*/0.5);
  EXPECT_NEAR(tree.sum, 50000.0 * 49999, 1e4);
  for (size_t i = 0; i < points.size(); ++i) {
    ASSERT_EQ(tree.push.x[i], 0);
    ASSERT_EQ(tree.push.y[i], 0);
  }
}

TEST(RepulsionTreeTest, PilesOfPointsPushOneAnother) {
  PlanePoints points(4000);
  for (size_t i = 0; i < points.size(); i += 2) points.x[i] = 2;
  const Push tree = ByTree(points, /*theta=*/0.5);
  EXPECT_NEAR(tree.sum, 4000.0 * (1999 + 2000 / 5.0), 10);
  for (size_t i = 0; i < points.size(); ++i) {
    ASSERT_NEAR(tree.push.x[i], (i % 2 == 0 ? 1 : -1) * 2000 * 2 / 25.0, 1e-2);
    ASSERT_EQ(tree.push.y[i], 0);
  }
}

TEST(RepulsionTreeTest, NoPointsHaveNoGroups) {
  RepulsionTree tree(/*theta=*/0.5);
  tree.Build(PlanePoints(0));
  EXPECT_EQ(tree.groups(), 0);
}

}  // namespace
}  // namespace mica
