#include "eval/metrics/ranking_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;
using testing::Lt;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// AUROC as it is defined, over all pairs.
double PairwiseAuroc(const PredictionTable& table, int label) {
  double won = 0, pairs = 0;
  for (int64_t a = 0; a < table.size(); ++a) {
    for (int64_t b = 0; b < table.size(); ++b) {
      if (table.label(a) != label || table.label(b) == label) continue;
      const double positive = table.Probabilities(a)[label], negative = table.Probabilities(b)[label];
      won += std::abs(positive - negative) < 1e-14 ? .5 : positive > negative ? 1 : 0;
      pairs += 1;
    }
  }
  return won / pairs;
}

// Average precision as it is defined, threshold by threshold.
double PlainAveragePrecision(const PredictionTable& table, int label) {
  std::vector<double> thresholds;
  for (int64_t row = 0; row < table.size(); ++row) thresholds.push_back(table.Probabilities(row)[label]);
  std::sort(thresholds.begin(), thresholds.end(), std::greater<>());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  double sum = 0, recall_before = 0;
  for (const double threshold : thresholds) {
    double reached = 0, right = 0, positives = 0;
    for (int64_t row = 0; row < table.size(); ++row) {
      const bool is_positive = table.label(row) == label;
      positives += is_positive;
      if (table.Probabilities(row)[label] < threshold) continue;
      reached += 1;
      right += is_positive;
    }
    sum += (right / positives - recall_before) * right / reached;
    recall_before = right / positives;
  }
  return sum;
}

// The example of scikit-learn's documentation.
TEST(RankingMetricsTest, TheWellKnownFourSamples) {
  const PredictionTable table = BinaryTable({.1, .4, .35, .8}, {0, 0, 1, 1});
  const RankingMetrics ranking = ComputeRankingMetrics(table);
  EXPECT_DOUBLE_EQ(ranking.classes[1].auroc, .75);
  EXPECT_NEAR(ranking.classes[1].average_precision, .8333333333, 1e-10);
  EXPECT_DOUBLE_EQ(ranking.classes[0].auroc, .75);
  EXPECT_EQ(ranking.classes[1].positives, 2);
  EXPECT_EQ(ranking.classes[1].negatives, 2);
  EXPECT_THAT(ranking.left_out, IsEmpty());
}

TEST(RankingMetricsTest, TiesCountHalfAndPassTogether) {
  const RankingMetrics ranking = ComputeRankingMetrics(BinaryTable({.5, .5, .5, .5}, {0, 0, 0, 1}));
  EXPECT_DOUBLE_EQ(ranking.classes[1].auroc, .5);
  EXPECT_DOUBLE_EQ(ranking.classes[1].average_precision, .25);
  EXPECT_DOUBLE_EQ(ranking.classes[0].average_precision, .75);
}

TEST(RankingMetricsTest, AgreesWithTheDefinitions) {
  for (const ReferenceCase& of : {ReferenceCase{"", 120, 3, 3, 120, 0}, {"", 150, 4, 4, 9, 0}, {"", 90, 2, 2, 5, 0}}) {
    const PredictionTable table = ReferenceTable(of);
    const RankingMetrics ranking = ComputeRankingMetrics(table);
    for (int label = 0; label < of.classes; ++label) {
      EXPECT_NEAR(ranking.classes[label].auroc, PairwiseAuroc(table, label), 1e-12);
      EXPECT_NEAR(ranking.classes[label].average_precision, PlainAveragePrecision(table, label), 1e-12);
    }
  }
}

TEST(RankingMetricsTest, SaysWhichClassesTheMeansLeaveOut) {
  PredictionTable table(4);
  table.Add(0, 0, {3, 0, 0, 0});
  table.Add(1, 0, {1, 2, 0, 0});
  table.Add(2, 2, {0, 1, 2, 0});
  table.Add(3, 2, {2, 1, 1, 0});
  const RankingMetrics ranking = ComputeRankingMetrics(table);
  EXPECT_THAT(ranking.left_out, ElementsAre(1, 3));
  EXPECT_THAT(ranking.classes[1].auroc, IsNan());
  EXPECT_THAT(ranking.classes[3].average_precision, IsNan());
  EXPECT_DOUBLE_EQ(ranking.macro_auroc, (ranking.classes[0].auroc + ranking.classes[2].auroc) / 2);
}

TEST(RankingMetricsTest, WeightsAreTheSamplesOfEachClass) {
  const PredictionTable table = ReferenceTable({"", 200, 4, 4, 200, 0});
  const RankingMetrics ranking = ComputeRankingMetrics(table);
  double auroc = 0, precision = 0;
  for (const ClassRanking& of : ranking.classes) {
    auroc += of.auroc * static_cast<double>(of.positives) / 200;
    precision += of.average_precision * static_cast<double>(of.positives) / 200;
  }
  EXPECT_NEAR(ranking.weighted_auroc, auroc, 1e-12);
  EXPECT_NEAR(ranking.weighted_average_precision, precision, 1e-12);
}

TEST(RankingMetricsTest, WithoutTwoClassesThereIsNothingToRank) {
  PredictionTable one_class(1);
  one_class.Add(0, 0, {3});
  EXPECT_THAT(ComputeRankingMetrics(one_class).macro_auroc, IsNan());
  EXPECT_THAT(ComputeRankingMetrics(one_class).left_out, ElementsAre(0));
  const PredictionTable one_label = BinaryTable({.2, .7}, {1, 1});
  EXPECT_THAT(ComputeRankingMetrics(one_label).weighted_average_precision, IsNan());
  EXPECT_THAT(ComputeRankingMetrics(one_label).left_out, ElementsAre(0, 1));
  EXPECT_THAT(RocCurve(one_label, ScoreSamples(one_label), 1), IsEmpty());
  EXPECT_THAT(ComputeRankingMetrics(PredictionTable(2)).macro_auroc, IsNan());
}

TEST(RankingMetricsTest, ARowWithNanLeavesNothingToRank) {
  const PredictionTable table = WithNanRow(BinaryTable({.1, .4, .35, .8}, {0, 0, 1, 1}));
  const RankingMetrics ranking = ComputeRankingMetrics(table);
  EXPECT_THAT(ranking.classes[1].auroc, IsNan());
  EXPECT_EQ(ranking.classes[0].positives, 3);
  EXPECT_THAT(ranking.left_out, IsEmpty());
  EXPECT_THAT(ranking.macro_average_precision, IsNan());
  EXPECT_THAT(PrecisionRecallCurve(table, ScoreSamples(table), 1), IsEmpty());
}

TEST(RankingMetricsTest, AClassRuledOutByMinusInfinityIsRankedLast) {
  const float infinity = std::numeric_limits<float>::infinity();
  PredictionTable table(2);
  table.Add(0, 0, {0, -infinity});
  table.Add(1, 1, {0, -1});
  EXPECT_EQ(ComputeRankingMetrics(table).macro_auroc, 1);
}

TEST(RankingMetricsTest, UnlabelledSamplesAndTheOrderDoNotMatter) {
  const PredictionTable table = ReferenceTable({"", 300, 5, 5, 40, 0});
  PredictionTable other(5);
  for (int64_t row = table.size(); row-- > 0;) {
    other.Add(row, table.label(row), table.logits(row));
    other.Add(row, -1, table.logits(row));
  }
  EXPECT_DOUBLE_EQ(ComputeRankingMetrics(other).macro_auroc, ComputeRankingMetrics(table).macro_auroc);
  EXPECT_DOUBLE_EQ(ComputeRankingMetrics(other).macro_average_precision, ComputeRankingMetrics(table).macro_average_precision);
}

TEST(RankingMetricsTest, ASampleDrawnTwiceCountsTwice) {
  const PredictionTable table = BinaryTable({.1, .4, .35, .8}, {0, 0, 1, 1});
  std::vector<ScoredSample> samples = ScoreSamples(table);
  samples.push_back(samples[0]);
  const RankingMetrics ranking = ComputeRankingMetrics(table, samples);
  EXPECT_DOUBLE_EQ(ranking.classes[1].auroc, 5 / 6.0);
}

// roc_curve and precision_recall_curve of scikit-learn give these points for the same samples.
TEST(CurvesTest, OfTheWellKnownFourSamples) {
  const PredictionTable table = BinaryTable({.1, .4, .35, .8}, {0, 0, 1, 1});
  const std::vector<ScoredSample> samples = ScoreSamples(table);
  const std::vector<RocPoint> roc = RocCurve(table, samples, 1);
  ASSERT_EQ(roc.size(), 5);
  const double rates[][3] = {{0, 0, kInfinity}, {0, .5, .8}, {.5, .5, .4}, {.5, 1, .35}, {1, 1, .1}};
  const double scores[][3] = {{0, 1, kInfinity}, {.5, 1, .8}, {.5, .5, .4}, {1, 2 / 3.0, .35}, {1, .5, .1}};
  const std::vector<PrecisionRecallPoint> curve = PrecisionRecallCurve(table, samples, 1);
  ASSERT_EQ(curve.size(), 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(roc[i].false_positive_rate, rates[i][0]);
    EXPECT_EQ(roc[i].true_positive_rate, rates[i][1]);
    EXPECT_EQ(curve[i].recall, scores[i][0]);
    EXPECT_EQ(curve[i].precision, scores[i][1]);
    if (i == 0) continue;
    EXPECT_NEAR(roc[i].threshold, rates[i][2], 1e-6);
    EXPECT_NEAR(curve[i].threshold, scores[i][2], 1e-6);
  }
  EXPECT_EQ(roc[0].threshold, kInfinity);
}

TEST(CurvesTest, AreOfTheSamplesThatAreGiven) {
  const PredictionTable table = BinaryTable({.1, .4, .35, .8}, {0, 0, 1, 1});
  std::vector<ScoredSample> samples = ScoreSamples(table);
  samples.erase(samples.begin() + 2);
  EXPECT_EQ(PrecisionRecallCurve(table, samples, 1)[1].recall, 1);
  EXPECT_EQ(RocCurve(table, samples, 1)[1].true_positive_rate, 1);
}

double AreaUnder(const std::vector<RocPoint>& roc) {
  double area = 0;
  for (size_t i = 1; i < roc.size(); ++i) {
    area += (roc[i].false_positive_rate - roc[i - 1].false_positive_rate) * (roc[i].true_positive_rate + roc[i - 1].true_positive_rate) / 2;
  }
  return area;
}

TEST(CurvesTest, TheAreaIsTheMetricAndThinningKeepsIt) {
  for (const int64_t distinct : {3000, 50}) {
    const PredictionTable table = ReferenceTable({"", 3000, 4, 4, distinct, 0});
    const std::vector<ScoredSample> samples = ScoreSamples(table);
    const RankingMetrics ranking = ComputeRankingMetrics(table, samples);
    for (int label = 0; label < 4; ++label) {
      EXPECT_NEAR(AreaUnder(RocCurve(table, samples, label, /*max_points=*/10000)), ranking.classes[label].auroc, 1e-9);
      const std::vector<RocPoint> thinned = RocCurve(table, samples, label, /*max_points=*/200);
      EXPECT_LE(thinned.size(), 200);
      EXPECT_NEAR(AreaUnder(thinned), ranking.classes[label].auroc, 1e-3);
      double precision = 0;
      const std::vector<PrecisionRecallPoint> curve = PrecisionRecallCurve(table, samples, label, /*max_points=*/10000);
      for (size_t i = 1; i < curve.size(); ++i) precision += (curve[i].recall - curve[i - 1].recall) * curve[i].precision;
      EXPECT_NEAR(precision, ranking.classes[label].average_precision, 2e-3);
      EXPECT_EQ(curve.back().recall, 1);
      EXPECT_LE(PrecisionRecallCurve(table, samples, label).size(), 300);
    }
  }
}

// A few milliseconds and a second; the bounds only catch a change in the order of growth.
TEST(RankingMetricsTest, LargeTablesAreQuick) {
  for (const auto& [of, most] :
       {std::make_pair(ReferenceCase{"10", 10000, 10, 10, 10000, 0}, 2.), {{"1000", 10000, 1000, 1000, 10000, 0}, 60.}}) {
    const PredictionTable table = ReferenceTable(of);
    const absl::Time start = absl::Now();
    ComputeRankingMetrics(table);
    const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
    RecordProperty("seconds_" + of.name, std::to_string(seconds));
    EXPECT_THAT(seconds, Lt(most));
  }
}

}  // namespace
}  // namespace mica
