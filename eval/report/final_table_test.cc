#include "eval/report/final_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::Not;

MetricSet MetricsWith(double loss, double accuracy) {
  MetricSet metrics;
  for (const std::string& name : MetricNames()) {
    metrics.values.push_back({name, name == "loss" || name == "nll" ? loss : name == "accuracy" ? accuracy : .5});
  }
  return metrics;
}

FinalResults ResultsWithTest() {
  FinalResults results;
  results.test = MetricsWith(.33124, .88344);
  results.baselines = ComputeBaselines({3, 5, 2}, {"Bag", "T-shirt/top", "Coat"});
  return results;
}

TEST(FinalTableTest, PutsBaselinesBesideTheMetrics) {
  EXPECT_EQ(FinalTable(ResultsWithTest()),
            "metric               test  chance  majority class\n"
            "loss               0.3312  1.0986\n"
            "accuracy           0.8834  0.3333          0.5000\n"
            "balanced_accuracy  0.5000  0.3333\n"
            "macro_precision    0.5000\n"
            "macro_recall       0.5000  0.3333\n"
            "macro_f1           0.5000\n"
            "top5_accuracy      0.5000\n"
            "nll                0.3312  1.0986\n"
            "brier              0.5000\n"
            "ece                0.5000\n"
            "majority class of the test split: \"T-shirt/top\"\n");
}

TEST(FinalTableTest, ShowsTheTrainingSplitAlone) {
  FinalResults results = ResultsWithTest();
  results.train = *results.test;
  results.test.reset();
  EXPECT_THAT(FinalTable(results), testing::StartsWith("metric              train  chance  majority class\n"));
  EXPECT_THAT(FinalTable(results), HasSubstr("majority class of the train split: \"T-shirt/top\"\n"));
}

TEST(FinalTableTest, ShowsValidationBesideTest) {
  FinalResults results = ResultsWithTest();
  results.validation = MetricsWith(.25, .9);
  EXPECT_THAT(FinalTable(results), HasSubstr("metric             validation    test  chance  majority class\n"
                                             "loss                   0.2500  0.3312  1.0986\n"));
}

TEST(FinalTableTest, ReportsValidationWhereThereIsNoTest) {
  FinalResults results = ResultsWithTest();
  results.validation = std::move(results.test);
  results.test.reset();
  EXPECT_THAT(FinalTable(results), HasSubstr("majority class of the validation split"));
  EXPECT_THAT(FinalTable(results), Not(HasSubstr("test")));
}

TEST(FinalTableTest, CountsEmptyClasses) {
  FinalResults results = ResultsWithTest();
  results.empty_classes = 1;
  EXPECT_THAT(FinalTable(results), HasSubstr("empty classes (no samples, no predictions): 1 of 3; each counts as 0 in macro means\n"));
}

TEST(FinalTableTest, SaysThatTheTestSplitWasLookedAt) {
  FinalResults results = ResultsWithTest();
  EXPECT_THAT(FinalTable(results), Not(HasSubstr("looked at")));
  results.test_seen_each_epoch = true;
  EXPECT_THAT(FinalTable(results), HasSubstr("the test split was looked at after every epoch; no checkpoint was selected by it\n"));
}

TEST(FinalTableTest, SaysWhenNothingWasEvaluated) {
  EXPECT_EQ(FinalTable(FinalResults()), "nothing was evaluated: the data has neither a validation nor a test split\n");
}

TEST(FinalTableTest, FitsAHundredColumnsWhateverHappens) {
  FinalResults results = ResultsWithTest();
  results.validation = MetricsWith(-1.2345678901234567e+299, .9);
  results.test = MetricsWith(1.2345678901234567e+299, .9);
  results.empty_classes = 1000000;
  results.baselines.num_classes = 1000000;
  results.baselines.majority_name = std::string(255, 'x');
  // "…" has 3 bytes.
  for (const auto line : absl::StrSplit(FinalTable(results), '\n')) EXPECT_LE(line.size(), 100u + 2) << line;
}

}  // namespace
}  // namespace mica
