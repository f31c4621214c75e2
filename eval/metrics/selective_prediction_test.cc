#include "eval/metrics/selective_prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/rng.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::IsEmpty;
using testing::IsNan;
using testing::SizeIs;

// Samples of two classes with these confidences (at least .5).
std::vector<ScoredSample> SamplesOf(const std::vector<double>& confidences, const std::vector<int>& right) {
  return ScoreSamples(BinaryTable(confidences, right));
}

TEST(RiskCoverageTest, KeepsFromTheSurestDown) {
  const std::vector<SelectivePoint> curve = RiskCoverageCurve(SamplesOf({.7, .9, .8, .6}, {1, 1, 0, 0}));
  ASSERT_THAT(curve, SizeIs(4));
  EXPECT_NEAR(curve[0].threshold, .9, 1e-6);
  EXPECT_EQ(curve[0].kept, 1);
  EXPECT_EQ(curve[0].accuracy, 1);
  EXPECT_EQ(curve[1].right, 1);
  EXPECT_EQ(curve[1].coverage, .5);
  EXPECT_DOUBLE_EQ(curve[2].accuracy, 2 / 3.0);
  EXPECT_NEAR(curve[3].threshold, .6, 1e-6);
  EXPECT_EQ(curve[3].coverage, 1);
  EXPECT_EQ(curve[3].accuracy, .5);
}

TEST(RiskCoverageTest, EqualConfidencesAreKeptTogether) {
  const std::vector<SelectivePoint> curve = RiskCoverageCurve(SamplesOf({.9, .8, .8, .6}, {1, 1, 0, 1}));
  ASSERT_THAT(curve, SizeIs(3));
  EXPECT_EQ(curve[1].kept, 3);
  EXPECT_EQ(curve[1].right, 2);
}

TEST(RiskCoverageTest, ThinsLongCurvesAndKeepsTheirEnds) {
  const PredictionTable table = ReferenceTable({"", 5000, 5, 5, 5000, 0});
  const std::vector<ScoredSample> samples = ScoreSamples(table);
  const std::vector<SelectivePoint> all = RiskCoverageCurve(samples, 1 << 20);
  const std::vector<SelectivePoint> thinned = RiskCoverageCurve(samples, 100);
  EXPECT_THAT(thinned, SizeIs(100));
  EXPECT_EQ(thinned.front().kept, all.front().kept);
  EXPECT_EQ(thinned.back().coverage, 1);
  EXPECT_EQ(thinned.back().accuracy, ConfusionMatrix(table).Accuracy());
}

TEST(AurcTest, OfThreeSamplesByHand) {
  EXPECT_NEAR(AreaUnderRiskCoverage(SamplesOf({.9, .8, .7}, {1, 0, 1})), (0 + 1 / 2.0 + 1 / 3.0) / 3, 1e-12);
  EXPECT_EQ(AreaUnderRiskCoverage(SamplesOf({.9, .8, .7}, {1, 1, 1})), 0);
  EXPECT_EQ(AreaUnderRiskCoverage(SamplesOf({.9, .8, .7}, {0, 0, 0})), 1);
}

// All orders of the tied samples, one after the other.
TEST(AurcTest, OfTiesIsTheMeanOverTheirOrders) {
  std::vector<int> right = {0, 0, 1, 1, 1};
  double sum = 0;
  int orders = 0;
  do {
    double wrong = 1;  // of the surest sample
    sum += 1;
    for (int k = 0; k < 5; ++k) sum += (wrong += 1 - right[k]) / (k + 2);
    ++orders;
  } while (std::next_permutation(right.begin(), right.end()));
  EXPECT_NEAR(AreaUnderRiskCoverage(SamplesOf({.9, .8, .8, .8, .8, .8}, {0, 1, 0, 1, 0, 1})), sum / 6 / orders, 1e-12);
}

TEST(AurcTest, ARandomOrderHasTheErrorAsItsRisk) {
  const std::vector<ScoredSample> samples = SamplesOf(std::vector<double>(10, .7), {1, 1, 1, 0, 0, 1, 1, 1, 1, 1});
  EXPECT_NEAR(AreaUnderRiskCoverage(samples), .2, 1e-12);
}

TEST(LargestCoverageTest, IsTheLastPointThatReachesTheAccuracy) {
  // Accuracies from the surest down: 1, 1/2, 2/3, 3/4, 3/5.
  const std::vector<ScoredSample> samples = SamplesOf({.95, .9, .8, .7, .6}, {1, 0, 1, 1, 0});
  EXPECT_EQ(LargestCoverage(samples, .75)->kept, 4);
  EXPECT_NEAR(LargestCoverage(samples, .75)->threshold, .7, 1e-6);
  EXPECT_EQ(LargestCoverage(samples, .76)->kept, 1);
  EXPECT_EQ(LargestCoverage(samples, .6)->coverage, 1);
  EXPECT_EQ(LargestCoverage(samples, 0)->coverage, 1);
}

TEST(LargestCoverageTest, ThereMayBeNone) {
  EXPECT_FALSE(LargestCoverage(SamplesOf({.9, .8}, {0, 1}), .99).has_value());
  EXPECT_FALSE(LargestCoverage({}, .5).has_value());
}

TEST(LargestCoverageTest, AnAccuracyThatIsReachedExactlyCounts) {
  std::vector<double> confidences;
  std::vector<int> right;
  for (int i = 0; i < 100; ++i) {
    confidences.push_back(.99 - .004 * i);
    right.push_back(i != 50);
  }
  EXPECT_EQ(LargestCoverage(SamplesOf(confidences, right), .99)->kept, 100);
}

TEST(SweepThresholdsTest, ScoresAreThoseOfTheKeptSamples) {
  const PredictionTable table = ReferenceTable({"", 400, 4, 4, 60, 9});
  const std::vector<double> thresholds = {.9, .3, .99, 0, .6, 1, 1.5};
  const std::vector<ThresholdScores> rows = SweepThresholds(ScoreSamples(table), 4, thresholds);
  ASSERT_THAT(rows, SizeIs(thresholds.size()));
  for (size_t i = 0; i < rows.size(); ++i) {
    ConfusionMatrix kept(4);
    double labelled = 0;
    for (int64_t row = 0; row < table.size(); ++row) {
      if (!table.is_labelled(row)) continue;
      labelled += 1;
      if (table.Scores(row).confidence >= thresholds[i]) kept.Add(table.label(row), table.prediction(row));
    }
    EXPECT_EQ(rows[i].threshold, thresholds[i]);
    EXPECT_EQ(rows[i].kept, kept.total());
    EXPECT_DOUBLE_EQ(rows[i].coverage, static_cast<double>(kept.total()) / labelled);
    EXPECT_DOUBLE_EQ(rows[i].accuracy, kept.Accuracy());
    EXPECT_DOUBLE_EQ(rows[i].macro_precision, kept.MacroPrecision());
    EXPECT_DOUBLE_EQ(rows[i].macro_recall, kept.BalancedAccuracy());
    EXPECT_DOUBLE_EQ(rows[i].macro_f1, kept.MacroF1());
    EXPECT_EQ(rows[i].empty_classes, kept.EmptyClasses());
  }
  EXPECT_EQ(rows[3].coverage, 1);
  EXPECT_EQ(rows[6].kept, 0);
  EXPECT_EQ(rows[6].accuracy, 0);
}

TEST(SweepThresholdsTest, UsualThresholdsEndAtNinetyNinePerCent) {
  const std::vector<double> thresholds = UsualThresholds();
  ASSERT_THAT(thresholds, SizeIs(21));
  EXPECT_EQ(thresholds[0], 0);
  EXPECT_EQ(thresholds[19], .95);
  EXPECT_EQ(thresholds[20], .99);
  EXPECT_THAT(SweepThresholds({}, 3, thresholds), SizeIs(21));
}

TEST(SelectivePredictionTest, ASampleWithNanIsNeverKept) {
  const std::vector<ScoredSample> samples = ScoreSamples(WithNanRow(BinaryTable({.9, .8, .6}, {1, 1, 0})));
  const std::vector<SelectivePoint> curve = RiskCoverageCurve(samples);
  EXPECT_EQ(curve.back().kept, 3);
  EXPECT_EQ(curve.back().coverage, .75);
  EXPECT_THAT(AreaUnderRiskCoverage(samples), IsNan());
  EXPECT_EQ(LargestCoverage(samples, .9)->coverage, .5);
  EXPECT_EQ(SweepThresholds(samples, 2, {0})[0].coverage, .75);
}

TEST(SelectivePredictionTest, WithoutSamplesThereIsNoCurve) {
  EXPECT_THAT(RiskCoverageCurve({}), IsEmpty());
  EXPECT_THAT(AreaUnderRiskCoverage({}), IsNan());
}

TEST(SelectivePredictionTest, OneClassIsSureOfEverySample) {
  PredictionTable table(1);
  table.Add(0, 0, {2});
  table.Add(1, 0, {-2});
  const std::vector<SelectivePoint> curve = RiskCoverageCurve(ScoreSamples(table));
  ASSERT_THAT(curve, SizeIs(1));
  EXPECT_EQ(curve[0].threshold, 1);
  EXPECT_EQ(AreaUnderRiskCoverage(ScoreSamples(table)), 0);
}

// The plain definition, for samples without ties.
TEST(SelectivePredictionTest, TheOrderOfSamplesDoesNotMatter) {
  const PredictionTable table = ReferenceTable({"", 700, 5, 5, 700, 0});
  std::vector<ScoredSample> samples = ScoreSamples(table);
  const double area = AreaUnderRiskCoverage(samples);
  std::reverse(samples.begin(), samples.end());
  EXPECT_DOUBLE_EQ(AreaUnderRiskCoverage(samples), area);
  std::sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.scores.confidence > b.scores.confidence; });
  double wrong = 0, sum = 0;
  for (size_t k = 0; k < samples.size(); ++k) sum += (wrong += samples[k].right() ? 0 : 1) / static_cast<double>(k + 1);
  EXPECT_NEAR(area, sum / 700, 1e-12);
}

}  // namespace
}  // namespace mica
