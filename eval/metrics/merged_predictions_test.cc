#include "eval/metrics/merged_predictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace mica {
namespace {

using ::testing::ElementsAre;

PredictionTable Table(std::vector<std::vector<float>> rows) {
  PredictionTable table(static_cast<int>(rows[0].size()));
  for (size_t row = 0; row < rows.size(); ++row) table.Add(static_cast<int64_t>(10 + row), row % 2 == 0 ? 0 : -1, rows[row]);
  return table;
}

// By hand: (3/4, 1/4) and (1/2, 1/2) give (5/8, 3/8).
TEST(MergedPredictionsTest, ProbabilitiesAreTheMeanOfThoseOfTheTables) {
  const PredictionTable merged = MergePredictions({Table({{std::log(3.0f), 0}}), Table({{7, 7}})});
  EXPECT_NEAR(merged.Probabilities(0)[0], 5.0 / 8, 1e-7);
  EXPECT_NEAR(merged.Probabilities(0)[1], 3.0 / 8, 1e-7);
  EXPECT_EQ(merged.record_id(0), 10);
  EXPECT_EQ(merged.label(0), 0);
}

// The probabilities count, not the logits: their mean would be for class 1.
TEST(MergedPredictionsTest, AViewThatIsVerySureHasOneVoteLikeTheOthers) {
  const PredictionTable merged = MergePredictions({Table({{2, 0}}), Table({{2, 0}}), Table({{0, 30}})});
  EXPECT_EQ(merged.prediction(0), 0);
}

TEST(MergedPredictionsTest, RandomTablesAgreeWithTheFormula) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, 3);
  for (int views : {1, 2, 6}) {
    std::vector<PredictionTable> tables;
    for (int v = 0; v < views; ++v) {
      std::vector<std::vector<float>> rows(20, std::vector<float>(7));
      for (auto& row : rows) {
        for (float& value : row) value = normal(random);
      }
      tables.push_back(Table(rows));
    }
    const PredictionTable merged = MergePredictions(tables);
    ASSERT_EQ(merged.size(), 20);
    for (int64_t row = 0; row < 20; ++row) {
      EXPECT_EQ(merged.label(row), row % 2 == 0 ? 0 : -1);
      for (int c = 0; c < 7; ++c) {
        double mean = 0;
        for (const PredictionTable& table : tables) mean += table.Probabilities(row)[c] / views;
        EXPECT_NEAR(merged.Probabilities(row)[c], mean, 1e-6);
      }
    }
  }
}

TEST(MergedPredictionsTest, OneTableStaysAsItIs) {
  const PredictionTable table = Table({{1, 2, 3}, {-4, 100, 5}});
  const PredictionTable merged = MergePredictions({table});
  for (int64_t row = 0; row < 2; ++row) EXPECT_EQ(merged.logits(row), table.logits(row));
}

TEST(MergedPredictionsTest, LogitsFarApartStayFinite) {
  const PredictionTable merged = MergePredictions({Table({{5000, -5000, 0}}), Table({{5000, -5000, 0}})});
  EXPECT_THAT(merged.logits(0), ElementsAre(0, -10000, -5000));
}

TEST(MergedPredictionsTest, AClassThatEveryViewRulesOutStaysRuledOut) {
  const PredictionTable merged = MergePredictions({Table({{std::log(3.0f), 0, -INFINITY}}), Table({{7, 7, -INFINITY}})});
  EXPECT_NEAR(merged.Probabilities(0)[0], 5.0 / 8, 1e-7);
  EXPECT_EQ(merged.logits(0)[2], -INFINITY);
}

TEST(MergedPredictionsTest, ARowWithoutAnyPossibleClassIsNotHidden) {
  const PredictionTable merged = MergePredictions({Table({{1, -INFINITY}}), Table({{-INFINITY, -INFINITY}})});
  EXPECT_TRUE(std::isnan(merged.logits(0)[0]));
  EXPECT_TRUE(std::isnan(merged.logits(0)[1]));
}

TEST(MergedPredictionsTest, ANetworkThatGivesNanIsNotHidden) {
  const PredictionTable merged = MergePredictions({Table({{NAN, 0}}), Table({{1, 0}})});
  EXPECT_TRUE(std::isnan(merged.Probabilities(0)[0]));
}

}  // namespace
}  // namespace mica
