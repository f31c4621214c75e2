#include "base/tensor_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mica {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(TensorStatisticsTest, OfAFewValuesByHand) {
  const TensorStatistics statistics = TensorStatisticsOf({2, -4, 0, 0, 4, 4});

  EXPECT_EQ(statistics.values, 6);
  EXPECT_DOUBLE_EQ(statistics.mean, 1);
  EXPECT_DOUBLE_EQ(statistics.std, std::sqrt((1 + 25 + 1 + 1 + 9 + 9) / 6.0));
  EXPECT_EQ(statistics.min, -4);
  EXPECT_EQ(statistics.max, 4);
  EXPECT_EQ(statistics.zeros, 2);
  EXPECT_EQ(statistics.positive, 3);
  EXPECT_EQ(statistics.not_finite, 0);
}

TEST(TensorStatisticsTest, EqualValuesDeviateByNothing) {
  const TensorStatistics statistics = TensorStatisticsOf(std::vector<float>(1000, 0.1f));
  EXPECT_NEAR(statistics.mean, 0.1f, 1e-12);
  EXPECT_NEAR(statistics.std, 0, 1e-12);
}

TEST(TensorStatisticsTest, ASmallDeviationFarFromZeroIsKept) {
  std::vector<float> values;
  for (int i = 0; i < 1000000; ++i) values.push_back(i % 2 == 0 ? 65536 - 0.25f : 65536 + 0.25f);
  EXPECT_NEAR(TensorStatisticsOf(values).std, 0.25, 1e-9);
}

TEST(TensorStatisticsTest, CountsWhatIsNotFiniteAndLeavesItOut) {
  const TensorStatistics statistics = TensorStatisticsOf({1, kNan, 3, kInfinity, -kInfinity});
  EXPECT_EQ(statistics.not_finite, 3);
  EXPECT_EQ(statistics.positive, 3);
  EXPECT_DOUBLE_EQ(statistics.mean, 2);
  EXPECT_DOUBLE_EQ(statistics.std, 1);
  EXPECT_EQ(statistics.min, 1);
  EXPECT_EQ(statistics.max, 3);
}

TEST(TensorStatisticsTest, OfNothingThereAreNone) {
  for (const std::vector<float>& values : {std::vector<float>(), std::vector<float>{kNan}}) {
    const TensorStatistics statistics = TensorStatisticsOf(values);
    EXPECT_EQ(statistics.values, static_cast<int64_t>(values.size()));
    EXPECT_TRUE(std::isnan(statistics.mean));
    EXPECT_TRUE(std::isnan(statistics.std));
    EXPECT_TRUE(std::isnan(statistics.min));
    EXPECT_TRUE(std::isnan(statistics.max));
  }
}

}  // namespace
}  // namespace mica
