#include "eval/metrics/prediction_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mica {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsNan;

PredictionTable OneRow(int label, const std::vector<float>& logits) {
  PredictionTable table(static_cast<int>(logits.size()));
  table.Add(/*record_id=*/0, label, logits);
  return table;
}

TEST(PredictionTableTest, KeepsWhatWasAdded) {
  PredictionTable table(2);
  table.Reserve(2);
  table.Add(40, 1, {0.5f, -0.5f});
  table.Add(7, 0, {1.0f, 2.0f});
  EXPECT_EQ(table.size(), 2);
  EXPECT_EQ(table.record_id(0), 40);
  EXPECT_EQ(table.label(1), 0);
  EXPECT_THAT(table.logits(1), ElementsAre(1.0f, 2.0f));
}

TEST(PredictionTableTest, CrossEntropyOfTheReferenceRow) {
  EXPECT_NEAR(OneRow(0, {2, 1, 0}).NegativeLogLikelihood(0), 0.4076059644, 1e-10);
  EXPECT_NEAR(OneRow(1, {2, 1, 0}).NegativeLogLikelihood(0), 1.4076059644, 1e-10);
  EXPECT_NEAR(OneRow(2, {2, 1, 0}).NegativeLogLikelihood(0), 2.4076059644, 1e-10);
  EXPECT_THAT(OneRow(0, {2, 1, 0}).Probabilities(0),
              ElementsAre(DoubleNear(0.6652409558, 1e-10), DoubleNear(0.2447284711, 1e-10), DoubleNear(0.0900305732, 1e-10)));
}

TEST(PredictionTableTest, EqualLogitsGiveTheLossOfChance) {
  EXPECT_NEAR(OneRow(3, std::vector<float>(10, 0.25f)).NegativeLogLikelihood(0), 2.3025850930, 1e-10);
  EXPECT_NEAR(OneRow(0, std::vector<float>(11, -7)).NegativeLogLikelihood(0), 2.3978952728, 1e-10);
  EXPECT_NEAR(OneRow(49, std::vector<float>(50, 1e30f)).NegativeLogLikelihood(0), 3.9120230054, 1e-10);
}

TEST(PredictionTableTest, ExtremeLogitsNeitherOverflowNorLoseDigits) {
  EXPECT_NEAR(OneRow(0, {-10, 10, -1000}).NegativeLogLikelihood(0), 20, 1e-8);
  EXPECT_DOUBLE_EQ(OneRow(0, {1e30f, -1e30f}).NegativeLogLikelihood(0), 0);
  EXPECT_DOUBLE_EQ(OneRow(1, {1e30f, -1e30f}).NegativeLogLikelihood(0), 2.0 * 1e30f);
  EXPECT_THAT(OneRow(1, {1e30f, -1e30f, -1000}).Probabilities(0), ElementsAre(1, 0, 0));
  const float max = std::numeric_limits<float>::max();
  EXPECT_DOUBLE_EQ(OneRow(1, {max, -max}).NegativeLogLikelihood(0), 2.0 * max);
  // -ln p with p = 1 - 4e-44: the logarithm of the sum would round it to 0.
  EXPECT_NEAR(OneRow(0, {100, 0}).NegativeLogLikelihood(0) / std::exp(-100.0), 1, 1e-12);
}

TEST(PredictionTableTest, ScoresAreThoseOfTheSingleFunctions) {
  const PredictionTable table = OneRow(1, {2, 1, 0});
  const SampleScores scores = table.Scores(0);
  EXPECT_EQ(scores.prediction, 0);
  EXPECT_EQ(scores.label_rank, 1);
  EXPECT_NEAR(scores.confidence, 0.6652409558, 1e-10);
  EXPECT_NEAR(scores.nll, 1.4076059644, 1e-10);
  const std::vector<double> p = table.Probabilities(0);
  EXPECT_NEAR(scores.brier, p[0] * p[0] + (1 - p[1]) * (1 - p[1]) + p[2] * p[2], 1e-12);
}

TEST(PredictionTableTest, BrierOfACertainRowIsZeroOrTwo) {
  EXPECT_DOUBLE_EQ(OneRow(0, {1000, 0, 0}).Scores(0).brier, 0);
  EXPECT_DOUBLE_EQ(OneRow(1, {1000, 0, 0}).Scores(0).brier, 2);
}

TEST(PredictionTableTest, TheLowerClassOfEqualLogitsComesFirst) {
  EXPECT_EQ(OneRow(0, {1, 1, 0}).prediction(0), 0);
  EXPECT_EQ(OneRow(0, {1, 1, 0}).Scores(0).label_rank, 0);
  EXPECT_EQ(OneRow(1, {1, 1, 0}).Scores(0).label_rank, 1);
  EXPECT_EQ(OneRow(2, {1, 1, 0}).Scores(0).label_rank, 2);
}

TEST(PredictionTableTest, TopClassesStandInOrder) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(OneRow(0, {1, 3, nan, 3, 2}).TopClasses(0, 3), ElementsAre(1, 3, 4));
  EXPECT_THAT(OneRow(0, {1, 3, nan, 3, 2}).TopClasses(0, 9), ElementsAre(1, 3, 4, 0, 2));
}

TEST(PredictionTableTest, OneClassIsAlwaysRight) {
  const SampleScores scores = OneRow(0, {-3}).Scores(0);
  EXPECT_EQ(scores.prediction, 0);
  EXPECT_DOUBLE_EQ(scores.confidence, 1);
  EXPECT_DOUBLE_EQ(scores.nll, 0);
  EXPECT_DOUBLE_EQ(scores.brier, 0);
}

TEST(PredictionTableTest, NanRanksLastAndShowsInTheLoss) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const PredictionTable table = OneRow(2, {nan, -5, 3});
  EXPECT_EQ(table.prediction(0), 2);
  EXPECT_EQ(table.Scores(0).label_rank, 0);
  EXPECT_THAT(table.NegativeLogLikelihood(0), IsNan());
  EXPECT_THAT(table.Scores(0).confidence, IsNan());
  EXPECT_THAT(table.Scores(0).brier, IsNan());
  EXPECT_EQ(OneRow(1, {nan, nan}).prediction(0), 0);
}

TEST(PredictionTableTest, AnInfiniteLogitShowsInTheLoss) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(OneRow(0, {0, infinity}).prediction(0), 1);
  EXPECT_THAT(OneRow(0, {0, infinity}).NegativeLogLikelihood(0), IsNan());
  EXPECT_THAT(OneRow(0, {0, infinity}).Probabilities(0), ElementsAre(IsNan(), IsNan()));
  // Minus infinity means a class that was ruled out.
  EXPECT_DOUBLE_EQ(OneRow(0, {0, -infinity}).NegativeLogLikelihood(0), 0);
}

TEST(PredictionTableTest, AnUnlabelledSampleHasAPredictionButNoScores) {
  PredictionTable table(3);
  table.Add(/*record_id=*/7, /*label=*/-1, {2, 1, 0});
  EXPECT_FALSE(table.is_labelled(0));
  EXPECT_EQ(table.prediction(0), 0);
  EXPECT_DEATH(table.Scores(0), "record 7 is unlabelled");
}

}  // namespace
}  // namespace mica
