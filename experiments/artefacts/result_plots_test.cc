#include "experiments/artefacts/result_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "experiments/artefacts/example_run_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> NamesOf(const std::vector<NamedPlot>& plots) {
  std::vector<std::string> names;
  for (const NamedPlot& plot : plots) names.push_back(plot.name);
  return names;
}

std::string Drawn(const std::vector<NamedPlot>& plots, const std::string& name) {
  for (const NamedPlot& plot : plots) {
    if (plot.name == name) return plot.script.data + plot.script.commands;
  }
  ADD_FAILURE() << "no " << name;
  return "";
}

RunFiles RunWith(const std::string& file, const std::vector<RunTable::Column>& columns) {
  RunFiles run;
  run.folder = "/runs/x/a";
  run.tables.emplace(file, RunTable(columns[0].texts.size(), columns));
  return run;
}

TEST(ResultPlotsTest, AFinishedRunHasThemAll) {
  const std::vector<NamedPlot> plots = ResultPlots(ReadRunFiles(WriteExampleRun("run", RunReport::FINISHED)).value());
  EXPECT_THAT(NamesOf(plots), ElementsAre("confusion_matrix", "confusion_matrix_normalized", "per_class", "reliability", "roc",
                                          "precision_recall", "risk_coverage", "confidence"));
  EXPECT_THAT(Drawn(plots, "confusion_matrix"), AllOf(HasSubstr("tiny/run, test split"), HasSubstr("shirt, long")));
}

TEST(ResultPlotsTest, ACalibratedRunShowsBoth) {
  const RunFiles run = RunWith("reliability.csv", {{"temperature", {"1", "1", "1.25"}},
                                                   {"bins", {"equal_width", "equal_mass", "equal_width"}},
                                                   {"low", {"0", "0", "0"}},
                                                   {"high", {"1", "1", "1"}},
                                                   {"samples", {"4", "4", "4"}},
                                                   {"accuracy", {"0.5", "0.5", "0.5"}},
                                                   {"confidence", {"0.75", "0.75", "0.6"}}});
  const std::vector<NamedPlot> plots = ResultPlots(run);
  EXPECT_THAT(NamesOf(plots), ElementsAre("reliability", "reliability_calibrated"));
  EXPECT_THAT(Drawn(plots, "reliability_calibrated"), HasSubstr("temperature 1.250"));
  EXPECT_THAT(Drawn(plots, "reliability"), Not(HasSubstr("temperature")));
}

TEST(ResultPlotsTest, AThousandClassesAreBarsOfTheMostConfused) {
  std::vector<RunTable::Column> columns(1001);
  for (int i = 0; i < 1000; ++i) {
    columns[0].texts.push_back(absl::StrCat("class ", i));
    columns[i + 1] = {absl::StrCat("class ", i), std::vector<std::string>(1000, "0")};
  }
  columns[8].texts[3] = "5";
  const std::vector<NamedPlot> plots = ResultPlots(RunWith("confusion_matrix.csv", columns));
  EXPECT_THAT(Drawn(plots, "confusion_matrix"), AllOf(HasSubstr("class 3"), HasSubstr("class 7")));
}

TEST(ResultPlotsTest, ClassesWithoutSamplesHaveNoBar) {
  const RunFiles run = RunWith("per_class.csv", {{"name", {"cat", "unseen", "dog"}},
                                                 {"precision", {"1", "0", "0.5"}},
                                                 {"recall", {"0.5", "0", "1"}},
                                                 {"support", {"4", "0", "2"}},
                                                 {"recall_low", {"0.2", "0", "0.4"}},
                                                 {"recall_high", {"0.8", "1", "1"}}});
  EXPECT_THAT(Drawn(ResultPlots(run), "per_class"), AllOf(HasSubstr("cat"), HasSubstr("dog"), Not(HasSubstr("unseen"))));
  EXPECT_THAT(ResultPlots(RunWith("per_class.csv", {{"name", {"unseen"}}, {"support", {"0"}}})), IsEmpty());
}

TEST(ResultPlotsTest, ATableThatIsNoMatrixOrHasNoRowsGivesNothing) {
  EXPECT_THAT(ResultPlots(RunWith("confusion_matrix.csv", {{"truth", {"a", "b"}}, {"a", {"1", "2"}}})), IsEmpty());
  EXPECT_THAT(ResultPlots(RunWith("predictions.csv", {{"id", {}}})), IsEmpty());
  EXPECT_THAT(ResultPlots(RunFiles()), IsEmpty());
}

TEST(ResultPlotsTest, ConfidencesThatAreNoneAreNotCounted) {
  const RunFiles run = RunWith("predictions.csv", {{"confidence", {"nan", "1", "0.5"}}, {"correct", {"1", "1", "0"}}});
  EXPECT_THAT(NamesOf(ResultPlots(run)), ElementsAre("confidence"));
}

}  // namespace
}  // namespace mica
