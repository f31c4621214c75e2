#include "eval/report/result_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/csv_reader.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

CsvTable Parsed(const std::string& csv) {
  const std::string header = csv.substr(0, csv.find('\n'));
  std::vector<absl::string_view> columns;
  for (size_t begin = 0; begin <= header.size();) {
    const size_t end = std::min(header.find(',', begin), header.size());
    columns.push_back(absl::string_view(header).substr(begin, end - begin));
    begin = end + 1;
  }
  return ParseCsv(csv, "test", columns).value();
}

TEST(ResultTablesTest, QuotedMetricsHaveIntervalsAndBaselines) {
  const PredictionTable predictions = ExamplePredictions();
  const DatasetIndex index = ExampleIndex();
  const std::string csv = ResultTables(predictions, index).IntervalsCsv();
  const CsvTable table = Parsed(csv);
  ASSERT_EQ(table.size(), 5);
  for (size_t row = 0; row < table.size(); ++row) {
    EXPECT_LE(*table.Real(row, "low"), *table.Real(row, "value")) << csv;
    EXPECT_GE(*table.Real(row, "high"), *table.Real(row, "value")) << csv;
  }
  // Three of four right; Wilson's interval computed apart.
  EXPECT_THAT(csv, HasSubstr("\naccuracy,0.75,0.3006"));
  EXPECT_EQ(table.Text(1, "method"), "wilson");
  EXPECT_EQ(table.Text(1, "majority"), "0.5");
  EXPECT_NEAR(*table.Real(1, "chance"), 1.0 / 3, 1e-15);
  EXPECT_EQ(table.Text(0, "method"), "bootstrap");
}

TEST(ResultTablesTest, ClassesWithoutSamplesLowerTheChanceOfTheBalancedAccuracy) {
  PredictionTable predictions(3);
  predictions.Add(3, 2, {0, 1, 2});
  predictions.Add(4, 1, {0, 2, 1});
  const DatasetIndex index = ExampleIndex();
  const CsvTable table = Parsed(ResultTables(predictions, index).IntervalsCsv());
  EXPECT_EQ(table.Text(2, "metric"), "balanced_accuracy");
  EXPECT_NEAR(*table.Real(2, "chance"), 2.0 / 9, 1e-15);
  EXPECT_EQ(table.Text(3, "chance"), "");
}

TEST(ResultTablesTest, ClassesHaveScoresIntervalsAndRankings) {
  const PredictionTable predictions = ExamplePredictions();
  const DatasetIndex index = ExampleIndex();
  const CsvTable table = Parsed(ResultTables(predictions, index).PerClassCsv());
  ASSERT_EQ(table.size(), 3);
  EXPECT_EQ(table.Text(0, "name"), "shirt, long");
  EXPECT_EQ(table.Text(0, "recall"), "0.5");
  EXPECT_EQ(table.Text(0, "precision"), "1");
  EXPECT_EQ(table.Text(1, "precision"), "0.5");
  EXPECT_EQ(table.Text(2, "auroc"), "1");
  EXPECT_NEAR(*table.Real(0, "recall_low"), 0.0945, 1e-4);  // 1 of 2
  EXPECT_NEAR(*table.Real(0, "recall_high"), 0.9055, 1e-4);
}

TEST(ResultTablesTest, ConfusionsNameClassesAndSamples) {
  const PredictionTable predictions = ExamplePredictions();
  const DatasetIndex index = ExampleIndex();
  EXPECT_EQ(ResultTables(predictions, index).MostConfusedCsv(),
            "truth,truth_name,prediction,prediction_name,samples,share_of_truth,ids\n"
            "0,\"shirt, long\",1,\"12\"\" record\",1,0.5,6\n");
}

TEST(ResultTablesTest, KeepingTheSurestGoesFromFewToAll) {
  const PredictionTable predictions = ExamplePredictions();
  const DatasetIndex index = ExampleIndex();
  const CsvTable curve = Parsed(ResultTables(predictions, index).RiskCoverageCsv());
  EXPECT_EQ(curve.Text(0, "kept"), "1");
  EXPECT_EQ(curve.Text(0, "accuracy"), "1");
  EXPECT_EQ(curve.Text(curve.size() - 1, "coverage"), "1");
  EXPECT_EQ(curve.Text(curve.size() - 1, "accuracy"), "0.75");
  const CsvTable sweep = Parsed(ResultTables(predictions, index).ThresholdSweepCsv());
  EXPECT_EQ(sweep.Text(0, "threshold"), "0");
  EXPECT_EQ(sweep.Text(0, "coverage"), "1");
  EXPECT_EQ(sweep.Text(sweep.size() - 1, "threshold"), "0.99");
  EXPECT_EQ(sweep.Text(sweep.size() - 1, "kept"), "1");
}

TEST(ResultTablesTest, ReliabilityIsThereBeforeAndAfterATemperature) {
  const PredictionTable predictions = ExamplePredictions();
  const DatasetIndex index = ExampleIndex();
  const ResultTables tables(predictions, index);
  const CsvTable before = Parsed(tables.ReliabilityCsv(std::nullopt)), both = Parsed(tables.ReliabilityCsv(2));
  std::set<std::string> temperatures;
  int64_t samples = 0;
  for (size_t row = 0; row < both.size(); ++row) {
    temperatures.insert(both.Text(row, "temperature"));
    if (both.Text(row, "bins") == "equal_width") samples += *both.Integer(row, "samples");
    EXPECT_EQ(both.Text(row, "samples") == "0", both.Text(row, "accuracy").empty());
  }
  EXPECT_EQ(temperatures, (std::set<std::string>{"1", "2"}));
  EXPECT_EQ(samples, 2 * 4);
  EXPECT_LT(before.size(), both.size());
}

TEST(ResultTablesTest, OfManyClassesTheWorstHaveCurves) {
  constexpr int kClasses = 60;
  std::vector<std::string> names;
  for (int label = 0; label < kClasses; ++label) names.push_back(absl::StrCat("c", label));
  DatasetIndex index;
  index.classes = ClassMap(names);
  PredictionTable predictions(kClasses);
  Rng rng(/*seed=*/1, RngStream::kShuffle, /*epoch=*/1, /*sample=*/1);
  for (int64_t i = 0; i < 600; ++i) {
    const int label = static_cast<int>(i % kClasses);
    std::vector<float> logits(kClasses);
    for (float& logit : logits) logit = static_cast<float>(rng.Uniform());
    if (label >= 10) logits[label] += 5;  // the first ten are guessed
    predictions.Add(i, label, logits);
  }
  const CsvTable curves = Parsed(ResultTables(predictions, index).CurvesCsv());
  std::set<int64_t> shown;
  for (size_t row = 0; row < curves.size(); ++row) shown.insert(*curves.Integer(row, "id"));
  EXPECT_EQ(shown.size(), 20);
  for (int64_t label = 0; label < 10; ++label) EXPECT_EQ(shown.count(label), 1) << label;
}

TEST(ResultTablesTest, WhatIsNotDefinedIsAnEmptyField) {
  PredictionTable predictions(3);
  predictions.Add(3, 2, {0, 1, std::numeric_limits<float>::quiet_NaN()});
  predictions.Add(4, 1, {0, 2, 1});
  const DatasetIndex index = ExampleIndex();
  const ResultTables tables(predictions, index);
  const CsvTable intervals = Parsed(tables.IntervalsCsv());
  EXPECT_EQ(intervals.Text(0, "metric"), "loss");
  EXPECT_EQ(intervals.Text(0, "value"), "");
  EXPECT_EQ(intervals.Text(1, "value"), "0.5");
  EXPECT_EQ(Parsed(tables.PerClassCsv()).Text(0, "auroc"), "") << "no sample is of this class";
  EXPECT_THAT(tables.CurvesCsv(), StartsWith("curve,id,name,x,y,threshold\n"));
}

}  // namespace
}  // namespace mica
