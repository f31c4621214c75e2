#include "eval/metrics/metric_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/rng.h"
#include "eval/metrics/calibration.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::IsNan;
using testing::Lt;

// Logits with a few ties, and labels that favour the largest logit.
PredictionTable RandomTable(int64_t samples, int classes, uint64_t seed) {
  PredictionTable table(classes);
  table.Reserve(samples);
  std::vector<float> logits(classes);
  for (int64_t row = 0; row < samples; ++row) {
    Rng rng(seed, RngStream::kShuffle, 1, row);
    for (float& logit : logits) logit = static_cast<float>(static_cast<int>(rng.UniformBelow(64)) - 32) / 4;
    const auto largest = std::max_element(logits.begin(), logits.end()) - logits.begin();
    table.Add(row, static_cast<int>(rng.Uniform() < .6 ? largest : rng.UniformBelow(classes)), logits);
  }
  return table;
}

// The definitions again, without regard to speed or overflow.
std::map<std::string, double> NaiveMetrics(const PredictionTable& table) {
  const auto n = static_cast<double>(table.size());
  const int classes = table.num_classes();
  std::vector<double> right(classes), truth(classes), predicted(classes), bin_right(15), bin_confidence(15);
  std::map<std::string, double> sums;
  for (int64_t row = 0; row < table.size(); ++row) {
    const absl::Span<const float> z = table.logits(row);
    std::vector<int> order(classes);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return z[a] > z[b]; });
    const int label = table.label(row);
    double sum = 0;
    for (const float logit : z) sum += std::exp(double{logit});
    for (int c = 0; c < classes; ++c) sums["brier"] += std::pow(std::exp(double{z[c]}) / sum - (c == label), 2) / n;
    sums["nll"] -= std::log(std::exp(double{z[label]}) / sum) / n;
    const auto top5_end = order.begin() + std::min(5, classes);
    sums["top5_accuracy"] += (std::find(order.begin(), top5_end, label) != top5_end) / n;
    const bool correct = order[0] == label;
    sums["accuracy"] += correct / n;
    truth[label] += 1;
    predicted[order[0]] += 1;
    right[label] += correct;
    const double confidence = std::exp(double{z[order[0]]}) / sum;
    int bin = 0;
    while (bin < 14 && confidence >= (bin + 1) / 15.0) ++bin;
    bin_right[bin] += correct;
    bin_confidence[bin] += confidence;
  }
  for (int bin = 0; bin < 15; ++bin) sums["ece"] += std::abs(bin_right[bin] - bin_confidence[bin]) / n;
  for (int c = 0; c < classes; ++c) {
    const double precision = predicted[c] == 0 ? 0 : right[c] / predicted[c];
    const double recall = truth[c] == 0 ? 0 : right[c] / truth[c];
    sums["macro_precision"] += precision / classes;
    sums["macro_recall"] += recall / classes;
    sums["macro_f1"] += precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall) / classes;
  }
  sums["loss"] = sums["nll"];
  sums["balanced_accuracy"] = sums["macro_recall"];
  return sums;
}

TEST(MetricSetTest, CalibrationBrierAndLikelihoodOfTheReferenceRows) {
  const PredictionTable table = TableOf({{.25, .20, .55}, {.55, .05, .40}, {.10, .30, .60}, {.90, .05, .05}}, {0, 1, 2, 0});
  EXPECT_NEAR(ExpectedCalibrationError(table, 3), .2, 1e-6);
  EXPECT_NEAR(ComputeMetrics(table).Get("brier"), .636250, 1e-6);
  EXPECT_NEAR(ComputeMetrics(table).Get("nll"), 1.249553, 1e-6);
  EXPECT_NEAR(ComputeMetrics(table).Get("loss"), 1.249553, 1e-6);
}

TEST(MetricSetTest, IsExactOverSamplesAndNoMeanOfBatchMeans) {
  // 3 + 3 + 1 right in batches of 4, 4 and 1: the mean of the batches would be .833333.
  PredictionTable table(2);
  for (int row = 0; row < 9; ++row) table.Add(row, row == 3 || row == 7 ? 1 : 0, {1, 0});
  EXPECT_NEAR(ComputeMetrics(table).Get("accuracy"), .777778, 1e-6);
}

TEST(MetricSetTest, NamesStandInTheirOrder) {
  const MetricSet metrics = ComputeMetrics(RandomTable(10, 3, 1));
  std::vector<std::string> names;
  for (const Metric& metric : metrics.values) names.push_back(metric.name);
  EXPECT_EQ(names, MetricNames());
}

TEST(MetricSetTest, ConfidenceOneBelongsToTheLastBin) {
  PredictionTable table(2);
  table.Add(0, 0, {1000, 0});
  table.Add(1, 1, {1000, 0});
  EXPECT_DOUBLE_EQ(ComputeMetrics(table).Get("ece"), .5);
}

TEST(MetricSetTest, AConfidenceOnAnEdgeBelongsToTheUpperBin) {
  // Three bins: 1/3 (right) shares [1/3, 2/3) with .5 (wrong), and their errors cancel in part.
  PredictionTable table(3);
  table.Add(0, 0, {0, 0, 0});
  table.Add(1, 1, {0, -1000, 0});
  EXPECT_NEAR(ExpectedCalibrationError(table, 3), std::abs(1.0 / 3 + .5 - 1) / 2, 1e-12);
}

TEST(MetricSetTest, TopFiveIsClampedToTheClasses) {
  EXPECT_DOUBLE_EQ(ComputeMetrics(RandomTable(50, 3, 2)).Get("top5_accuracy"), 1);
}

TEST(MetricSetTest, ExtremeLogitsStayFinite) {
  PredictionTable table(3);
  table.Add(0, 0, {1e30f, -1e30f, -1000});
  table.Add(1, 1, {-10, 10, -1000});
  for (const Metric& metric : ComputeMetrics(table).values) EXPECT_TRUE(std::isfinite(metric.value)) << metric.name;
  EXPECT_DOUBLE_EQ(ComputeMetrics(table).Get("accuracy"), 1);
}

TEST(MetricSetTest, NanShowsWhereProbabilitiesAreNeeded) {
  PredictionTable table(2);
  table.Add(0, 0, {1, std::numeric_limits<float>::quiet_NaN()});
  table.Add(1, 0, {1, 0});
  const MetricSet metrics = ComputeMetrics(table);
  EXPECT_THAT(metrics.Get("loss"), IsNan());
  EXPECT_THAT(metrics.Get("brier"), IsNan());
  EXPECT_THAT(metrics.Get("ece"), IsNan());
  EXPECT_DOUBLE_EQ(metrics.Get("accuracy"), 1);
}

TEST(MetricSetTest, ExtraMetricsFollowTheStandardOnesInTheirOrder) {
  const PredictionTable table = RandomTable(50, 4, 3);
  const std::vector<std::string> extra = {"top2_accuracy", "kappa", "macro_auroc"};
  std::vector<std::string> expected = MetricNames();
  expected.insert(expected.end(), extra.begin(), extra.end());
  std::vector<std::string> names;
  for (const Metric& metric : ComputeMetrics(table, extra).values) names.push_back(metric.name);
  EXPECT_EQ(names, expected);
  EXPECT_EQ(ComputeMetrics(table, {"top1_accuracy"}).Get("top1_accuracy"), ComputeMetrics(table).Get("accuracy"));
  EXPECT_EQ(ComputeMetrics(table, {"top4_accuracy"}).Get("top4_accuracy"), 1);
}

TEST(MetricSetTest, KnowsItsNames) {
  for (const std::string& name : MetricNames()) EXPECT_TRUE(IsMetricName(name)) << name;
  for (const char* const name : {"kappa", "mcc", "weighted_f1", "aurc", "top5_accuracy", "top12_accuracy"})
    EXPECT_TRUE(IsMetricName(name)) << name;
  for (const char* const name :
       {"", "Kappa", "top_accuracy", "top0_accuracy", "top-1_accuracy", "top05_accuracy", "top99999999999_accuracy", "top3", "f1"}) {
    EXPECT_FALSE(IsMetricName(name)) << name;
  }
}

TEST(MetricSetTest, ExtraMetricsThatNeedProbabilitiesBecomeNan) {
  PredictionTable table(2);
  table.Add(0, 0, {1, std::numeric_limits<float>::quiet_NaN()});
  table.Add(1, 1, {0, 1});
  for (const char* const name : {"macro_auroc", "weighted_auroc", "macro_average_precision", "weighted_average_precision", "mce", "rmsce",
                                 "ece_equal_mass", "aurc"}) {
    EXPECT_THAT(ComputeMetrics(table, {name}).Get(name), IsNan()) << name;
  }
  for (const char* const name : {"kappa", "mcc", "weighted_precision", "weighted_f1", "top2_accuracy"}) {
    EXPECT_DOUBLE_EQ(ComputeMetrics(table, {name}).Get(name), 1) << name;
  }
}

TEST(MetricSetTest, AMetricOfChosenSamplesCountsRepeats) {
  const PredictionTable table = TableOf({{.9, .1}, {.3, .7}}, {0, 0});
  const std::vector<ScoredSample> samples = ScoreSamples(table);
  EXPECT_EQ(ComputeMetric(table, samples, "accuracy"), .5);
  EXPECT_EQ(ComputeMetric(table, {samples[0], samples[0], samples[1], samples[0]}, "accuracy"), .75);
}

class MetricSetPropertyTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Classes, MetricSetPropertyTest, testing::Values(1, 2, 3, 7, 10, 40));

TEST_P(MetricSetPropertyTest, AgreesWithANaiveImplementation) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const PredictionTable table = RandomTable(/*samples=*/seed == 0 ? 1 : 300, GetParam(), seed);
    const std::map<std::string, double> expected = NaiveMetrics(table);
    for (const Metric& metric : ComputeMetrics(table).values) {
      EXPECT_NEAR(metric.value, expected.at(metric.name), 1e-12) << metric.name << " seed " << seed;
    }
  }
}

TEST_P(MetricSetPropertyTest, FollowsFromTheConfusionMatrix) {
  const PredictionTable table = RandomTable(300, GetParam(), 11);
  const ConfusionMatrix matrix(table);
  const MetricSet metrics = ComputeMetrics(table);
  EXPECT_EQ(matrix.total(), table.size());
  double micro_recall = 0;
  double mean_recall = 0;
  for (int c = 0; c < GetParam(); ++c) {
    micro_recall += matrix.Scores(c).recall * static_cast<double>(matrix.Scores(c).support) / 300;
    mean_recall += matrix.Scores(c).recall / GetParam();
  }
  EXPECT_NEAR(metrics.Get("accuracy"), micro_recall, 1e-12);
  EXPECT_NEAR(metrics.Get("balanced_accuracy"), mean_recall, 1e-12);
  EXPECT_EQ(metrics.Get("balanced_accuracy"), metrics.Get("macro_recall"));
  EXPECT_LE(metrics.Get("accuracy"), metrics.Get("top5_accuracy"));
}

TEST_P(MetricSetPropertyTest, TheOrderOfSamplesDoesNotMatter) {
  const PredictionTable table = RandomTable(300, GetParam(), 12);
  PredictionTable shuffled(GetParam());
  for (const int64_t row : RandomOrder(/*seed=*/5, RngStream::kShuffle, /*epoch=*/1, table.size())) {
    shuffled.Add(table.record_id(row), table.label(row), table.logits(row));
  }
  const MetricSet expected = ComputeMetrics(table);
  for (const Metric& metric : ComputeMetrics(shuffled).values) {
    EXPECT_NEAR(metric.value, expected.Get(metric.name), 1e-12) << metric.name;
  }
}

TEST(MetricSetTest, UnlabelledSamplesCountNowhere) {
  const PredictionTable table = RandomTable(300, 5, 12);
  PredictionTable with_unlabelled(5);
  for (int64_t row = 0; row < table.size(); ++row) {
    with_unlabelled.Add(table.record_id(row), table.label(row), table.logits(row));
    with_unlabelled.Add(1000 + row, /*label=*/-1, table.logits(row));
  }

  const MetricSet expected = ComputeMetrics(table);
  for (const Metric& metric : ComputeMetrics(with_unlabelled).values) EXPECT_EQ(metric.value, expected.Get(metric.name)) << metric.name;
  EXPECT_EQ(ExpectedCalibrationError(with_unlabelled, 10), ExpectedCalibrationError(table, 10));
  EXPECT_EQ(ConfusionMatrix(with_unlabelled).total(), 300);
}

// It takes a few milliseconds; the bound only catches a change in the order of growth.
TEST(MetricSetTest, TenThousandSamplesAreQuick) {
  const PredictionTable table = RandomTable(10000, 10, 3);
  const absl::Time start = absl::Now();
  ComputeMetrics(table);
  const absl::Duration taken = absl::Now() - start;
  RecordProperty("milliseconds", std::to_string(absl::ToDoubleMilliseconds(taken)));
  EXPECT_THAT(absl::ToDoubleMilliseconds(taken), Lt(200));
}

}  // namespace
}  // namespace mica
