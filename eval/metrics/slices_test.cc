#include "eval/metrics/slices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "eval/metrics/metric_set.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::IsEmpty;
using testing::IsNan;
using testing::SizeIs;

TEST(SlicesTest, EachHasItsAccuracyAndLoss) {
  const PredictionTable table = BinaryTable({.9, .2, .8, .6}, {1, 1, 1, -1});
  const std::vector<SliceScores> slices = ScoreSlices(table, {"night", "day", "day", "day"});
  ASSERT_THAT(slices, SizeIs(2));
  EXPECT_EQ(slices[0].name, "day");
  EXPECT_EQ(slices[0].samples, 2);
  EXPECT_EQ(slices[0].right, 1);
  EXPECT_EQ(slices[0].accuracy, .5);
  EXPECT_NEAR(slices[0].accuracy_interval.low, .0945312, 1e-6);
  EXPECT_NEAR(slices[0].accuracy_interval.high, .9054688, 1e-6);
  EXPECT_NEAR(slices[0].loss, -(std::log(.2) + std::log(.8)) / 2, 1e-6);
  EXPECT_EQ(slices[1].name, "night");
  EXPECT_EQ(slices[1].accuracy, 1);
}

TEST(SlicesTest, OnlyLabelledSamplesMakeASlice) {
  EXPECT_THAT(ScoreSlices(BinaryTable({.9, .2}, {-1, -1}), {"a", "b"}), IsEmpty());
  EXPECT_THAT(ScoreSlices(PredictionTable(2), {}), IsEmpty());
}

TEST(SlicesTest, ANanRowShowsInItsSliceAlone) {
  const PredictionTable table = WithNanRow(BinaryTable({.1, .2}, {0, 0}));
  const std::vector<SliceScores> slices = ScoreSlices(table, {"", "b", "b"});
  ASSERT_THAT(slices, SizeIs(2));
  EXPECT_TRUE(std::isfinite(slices[0].loss));
  EXPECT_THAT(slices[1].loss, IsNan());
  EXPECT_EQ(slices[1].accuracy, .5);  // NaN ranks last, so class 1 is predicted
}

TEST(SlicesTest, TogetherTheyAreTheWhole) {
  const PredictionTable table = ReferenceTable({"", 900, 4, 4, 900, 5});
  std::vector<std::string> names;
  for (int64_t row = 0; row < table.size(); ++row) names.push_back("camera " + std::to_string(row % 13));
  const MetricSet whole = ComputeMetrics(table);
  double samples = 0, right = 0, loss = 0;
  std::string before;
  for (const SliceScores& slice : ScoreSlices(table, names)) {
    EXPECT_LT(before, slice.name);
    before = slice.name;
    samples += static_cast<double>(slice.samples);
    right += static_cast<double>(slice.right);
    loss += slice.loss * static_cast<double>(slice.samples);
  }
  EXPECT_EQ(samples, 720);
  EXPECT_NEAR(right / samples, whole.Get("accuracy"), 1e-12);
  EXPECT_NEAR(loss / samples, whole.Get("loss"), 1e-12);
}

}  // namespace
}  // namespace mica
