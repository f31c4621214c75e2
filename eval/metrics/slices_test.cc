#include "eval/metrics/slices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace mica {
namespace {

using testing::IsEmpty;
using testing::IsNan;
using testing::SizeIs;

TEST(SlicesTest, EachHasItsAccuracyAndLoss) {
  const std::vector<SliceScores> slices = ScoreSlices({{"night", true, .1}, {"day", false, 1.5}, {"day", true, .25}});
  ASSERT_THAT(slices, SizeIs(2));
  EXPECT_EQ(slices[0].name, "day");
  EXPECT_EQ(slices[0].samples, 2);
  EXPECT_EQ(slices[0].right, 1);
  EXPECT_EQ(slices[0].accuracy, .5);
  EXPECT_NEAR(slices[0].accuracy_interval.low, .0945312, 1e-6);
  EXPECT_NEAR(slices[0].accuracy_interval.high, .9054688, 1e-6);
  EXPECT_EQ(slices[0].loss, .875);
  EXPECT_EQ(slices[1].name, "night");
  EXPECT_EQ(slices[1].accuracy, 1);
}

TEST(SlicesTest, WithoutSamplesThereIsNone) {
  EXPECT_THAT(ScoreSlices({}), IsEmpty());
}

TEST(SlicesTest, ALossThatIsNoneShowsInItsSliceAlone) {
  const std::vector<SliceScores> slices = ScoreSlices({{"", true, .5}, {"b", true, std::nan("")}, {"b", false, 1}});
  ASSERT_THAT(slices, SizeIs(2));
  EXPECT_EQ(slices[0].loss, .5);
  EXPECT_THAT(slices[1].loss, IsNan());
  EXPECT_EQ(slices[1].accuracy, .5);
}

}  // namespace
}  // namespace mica
