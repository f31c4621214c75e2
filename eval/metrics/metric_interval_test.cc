#include "eval/metrics/metric_interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::IsNan;
using testing::Lt;

const char* const kNames[] = {"accuracy",      "macro_f1", "loss",          "brier",       "kappa",
                              "mcc",           "ece",      "weighted_f1",   "macro_auroc", "macro_average_precision",
                              "top3_accuracy", "aurc",     "ece_equal_mass"};

TEST(MetricIntervalTest, EveryMetricLiesInItsInterval) {
  const PredictionTable table = ReferenceTable({"", 400, 4, 4, 400, 5});
  for (const std::string name : kNames) {
    const double value = ComputeMetrics(table, {name}).Get(name);
    const Interval interval = MetricInterval(table, name, {/*resamples=*/200});
    EXPECT_LT(interval.low, interval.high) << name;
    EXPECT_LE(interval.low, value) << name;
    EXPECT_GE(interval.high, value) << name;
  }
}

// The normal approximation of a share.
TEST(MetricIntervalTest, OfTheAccuracyIsTheBinomialOne) {
  const PredictionTable table = ReferenceTable({"", 2000, 6, 6, 2000, 0});
  const double accuracy = ComputeMetrics(table).Get("accuracy");
  const double half = 1.959964 * std::sqrt(accuracy * (1 - accuracy) / 2000);
  const Interval interval = MetricInterval(table, "accuracy", {/*resamples=*/4000});
  EXPECT_NEAR(interval.low, accuracy - half, .08 * half);
  EXPECT_NEAR(interval.high, accuracy + half, .08 * half);
}

// Some 37 or 14 in 100 classes are missing from a resample; the last 30 have no samples at all.
TEST(MetricIntervalTest, ClassesThatAResampleLacksDoNotLowerTheMacroMeans) {
  for (const int samples_of_a_class : {1, 2}) {
    PredictionTable all_right(130);
    for (int row = 0; row < 100 * samples_of_a_class; ++row) {
      std::vector<float> logits(130);
      logits[row % 100] = 1;
      all_right.Add(row, row % 100, logits);
    }
    for (const char* const name : {"balanced_accuracy", "macro_recall", "macro_precision", "macro_f1"}) {
      const Interval interval = MetricInterval(all_right, name, {/*resamples=*/100});
      EXPECT_DOUBLE_EQ(interval.low, 100 / 130.0) << name;
      EXPECT_DOUBLE_EQ(interval.high, 100 / 130.0) << name;
    }
  }
}

TEST(MetricIntervalTest, UnlabelledSamplesAreNotDrawn) {
  const PredictionTable table = ReferenceTable({"", 200, 3, 3, 200, 0});
  PredictionTable more = table;
  for (int64_t row = 0; row < table.size(); ++row) more.Add(1000 + row, -1, table.logits(row));
  for (const char* const name : {"macro_f1", "macro_auroc"}) {
    EXPECT_EQ(MetricInterval(more, name, {50}).low, MetricInterval(table, name, {50}).low);
    EXPECT_EQ(MetricInterval(more, name, {50}).high, MetricInterval(table, name, {50}).high);
  }
}

TEST(MetricIntervalTest, ANanRowLeavesWhatNeedsNoProbabilities) {
  const PredictionTable table = WithNanRow(ReferenceTable({"", 100, 3, 3, 100, 0}));
  for (const char* const name : {"loss", "ece", "aurc", "macro_auroc"}) EXPECT_THAT(MetricInterval(table, name).low, IsNan()) << name;
  EXPECT_GT(MetricInterval(table, "macro_f1").low, 0);
}

// Some 0.1 s, or 1 s without optimisation; the bound only catches a change in the order of growth.
TEST(MetricIntervalTest, MacroF1OfTenThousandSamplesIsQuick) {
  const PredictionTable table = ReferenceTable({"", 10000, 10, 10, 10000, 0});
  const absl::Time start = absl::Now();
  MetricInterval(table, "macro_f1");
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  RecordProperty("seconds", std::to_string(seconds));
  EXPECT_THAT(seconds, Lt(20));
}

}  // namespace
}  // namespace mica
