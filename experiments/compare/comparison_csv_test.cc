#include "experiments/compare/comparison_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files/csv_reader.h"
#include "base/testing/status_matchers.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Column(const std::string& csv, absl::string_view column) {
  const absl::StatusOr<CsvTable> table = ParseCsv(csv, "test", {column});
  EXPECT_THAT(table, IsOk());
  std::vector<std::string> cells;
  for (size_t row = 0; table.ok() && row < table->size(); ++row) cells.push_back(table->Text(row, column));
  return cells;
}

// The best run, its repeat, one with another optimizer, an unfinished one.
Comparison Example() {
  RunResults seen = ExampleRun("best, \"quoted\"", "1111111110");
  seen.best_test_accuracy = ColumnPeak{2, 1.0 / 3};
  return CompareResults({seen, ExampleRun("repeat", "1111111000", ExampleExperimentWithSeed(7)),
                         ExampleRun("other", "1111100000", absl::StrReplaceAll(kExampleExperiment, {{"sgd", "adam"}})),
                         UnfinishedExampleRun("stopped", RunReport::INTERRUPTED)});
}

TEST(ComparisonCsvTest, HasARowARun) {
  const std::string csv = ComparisonCsv(Example());

  EXPECT_THAT(Column(csv, "id"), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(Column(csv, "folder"),
              ElementsAre("/runs/tiny/best, \"quoted\"", "/runs/tiny/repeat", "/runs/tiny/other", "/runs/tiny/stopped"));
  EXPECT_THAT(Column(csv, "state"), ElementsAre("FINISHED", "FINISHED", "FINISHED", "INTERRUPTED"));
  EXPECT_THAT(Column(csv, "group"), ElementsAre("1", "1", "2", "1"));
  EXPECT_THAT(Column(csv, "sample_set"), ElementsAre("1", "1", "1", ""));
  EXPECT_THAT(Column(csv, "test_accuracy"), ElementsAre("0.9", "0.7", "0.5", ""));
  EXPECT_THAT(Column(csv, "val_accuracy"), ElementsAre("", "", "", ""));
  EXPECT_THAT(Column(csv, "best_test_accuracy_seen"), ElementsAre("0.3333333333333333", "", "", ""));
  EXPECT_THAT(Column(csv, "best_test_accuracy_seen_epoch"), ElementsAre("2", "", "", ""));
  EXPECT_THAT(Column(csv, "majority_accuracy"), ElementsAre("0.5", "0.5", "0.5", ""));
  EXPECT_THAT(Column(csv, "seed"), ElementsAre("42", "7", "42", "42"));
  EXPECT_THAT(Column(csv, "train_seconds"), ElementsAre("12.5", "12.5", "12.5", ""));
}

TEST(ComparisonCsvTest, HasAColumnForEverySettingThatDiffers) {
  const std::string csv = ComparisonCsv(Example());
  EXPECT_THAT(Column(csv, "config.seed"), ElementsAre("42", "7", "42", "42"));
  EXPECT_THAT(Column(csv, "config.optimizer"), ElementsAre("sgd", "sgd", "adam", "sgd"));
  EXPECT_THAT(Column(csv, "config.optimizer.sgd.momentum"), ElementsAre("0", "0", "", "0"));
  EXPECT_THAT(csv, Not(HasSubstr("config.trainer")));
}

TEST(ComparisonPairsCsvTest, HasARowAPair) {
  const std::string csv = ComparisonPairsCsv(Example());

  EXPECT_THAT(Column(csv, "a"), ElementsAre("1", "1", "1", "2", "2", "3"));
  EXPECT_THAT(Column(csv, "b"), ElementsAre("2", "3", "4", "3", "4", "4"));
  EXPECT_THAT(Column(csv, "n"), ElementsAre("10", "10", "", "10", "", ""));
  EXPECT_THAT(Column(csv, "accuracy_a"), ElementsAre("0.9", "0.9", "", "0.7", "", ""));
  EXPECT_THAT(Column(csv, "accuracy_b"), ElementsAre("0.7", "0.5", "", "0.5", "", ""));
  EXPECT_THAT(Column(csv, "difference"), ElementsAre("0.2", "0.4", "", "0.2", "", ""));
  EXPECT_THAT(Column(csv, "only_a_right"), ElementsAre("2", "4", "", "2", "", ""));
  EXPECT_THAT(Column(csv, "only_b_right"), ElementsAre("0", "0", "", "0", "", ""));
  EXPECT_THAT(Column(csv, "mcnemar_p"), ElementsAre("0.5", "0.125", "", "0.5", "", ""));
  EXPECT_THAT(Column(csv, "holm_p"), ElementsAre("1", "0.375", "", "1", "", ""));
  EXPECT_THAT(Column(csv, "low")[1], "0.1");
  EXPECT_THAT(Column(csv, "high")[1], "0.7");
  EXPECT_THAT(Column(csv, "reason"), ElementsAre("", "", "run 4 was interrupted", "", "run 4 was interrupted", "run 4 was interrupted"));
}

TEST(ComparisonGroupsCsvTest, HasARowAnExperiment) {
  const std::string csv = ComparisonGroupsCsv(Example());

  EXPECT_THAT(Column(csv, "group"), ElementsAre("1", "2"));
  EXPECT_THAT(Column(csv, "runs"), ElementsAre("1 2", "3"));
  EXPECT_THAT(Column(csv, "n"), ElementsAre("2", "1"));
  EXPECT_THAT(Column(csv, "accuracy_mean"), ElementsAre("0.8", "0.5"));
  EXPECT_THAT(Column(csv, "accuracy_sd"), ElementsAre("0.14142135623730953", ""));
  EXPECT_THAT(Column(csv, "accuracy_min"), ElementsAre("0.7", "0.5"));
  EXPECT_THAT(Column(csv, "accuracy_max"), ElementsAre("0.9", "0.5"));
}

TEST(ComparisonGroupsCsvTest, AnExperimentWithoutAFinishedRunIsEmpty) {
  RunResults stopped = UnfinishedExampleRun("b", RunReport::FAILED);
  stopped.experiment.mutable_trainer()->set_epochs(9);
  const std::string csv = ComparisonGroupsCsv(CompareResults({ExampleRun("a", "10"), stopped}));
  EXPECT_THAT(Column(csv, "n"), ElementsAre("1", "0"));
  EXPECT_THAT(Column(csv, "accuracy_mean"), ElementsAre("0.5", ""));
}

}  // namespace
}  // namespace mica
