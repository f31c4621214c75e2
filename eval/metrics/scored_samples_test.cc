#include "eval/metrics/scored_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

using testing::SizeIs;

TEST(ScoredSamplesTest, HoldTheLabelledRowsWithTheirScores) {
  PredictionTable table(3);
  table.Add(/*record_id=*/10, /*label=*/-1, {2, 1, 0});
  table.Add(/*record_id=*/20, /*label=*/1, {2, 1, 0});
  table.Add(/*record_id=*/30, /*label=*/0, {2, 1, 0});
  const std::vector<ScoredSample> samples = ScoreSamples(table);
  ASSERT_THAT(samples, SizeIs(2));
  EXPECT_EQ(samples[0].row, 1);
  EXPECT_EQ(samples[0].label, 1);
  EXPECT_EQ(samples[0].scores.label_rank, 1);
  EXPECT_FALSE(samples[0].right());
  EXPECT_TRUE(samples[1].right());
  EXPECT_NEAR(samples[1].scores.nll, 0.4076059644, 1e-10);
  EXPECT_EQ(CountClasses(samples, 3).right(), 1);
  EXPECT_EQ(CountClasses(samples, 3).truth()[1], 1);
}

TEST(ScoredSamplesTest, ARowWithoutProbabilitiesHasNoConfidence) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  PredictionTable table(2);
  table.Add(0, 0, {nan, 1});
  table.Add(1, 0, {infinity, 1});
  table.Add(2, 0, {-infinity, -infinity});
  table.Add(3, 0, {-infinity, 1});
  const std::vector<ScoredSample> samples = ScoreSamples(table);
  EXPECT_FALSE(samples[0].has_confidence());
  EXPECT_FALSE(samples[1].has_confidence());
  EXPECT_FALSE(samples[2].has_confidence());
  EXPECT_TRUE(samples[3].has_confidence());
}

}  // namespace
}  // namespace mica
