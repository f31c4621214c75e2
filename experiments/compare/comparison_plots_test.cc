#include "experiments/compare/comparison_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

RunResults RunIn(const std::string& name, absl::string_view right, double seconds, const std::string& device = "cpu") {
  RunResults run = ExampleRun(name, right);
  run.summary->train_seconds = seconds;
  run.record.report.set_device(device);
  return run;
}

TEST(ComparisonPlotsTest, TheFrontHasWhatNothingQuickerReaches) {
  const Comparison comparison = CompareResults({RunIn("best", "1111", 9), RunIn("slow", "1110", 8), RunIn("middle", "1110", 5),
                                                RunIn("poor", "1100", 6), RunIn("quick", "1100", 1), RunIn("gpu", "1111", 0.5, "cuda:0")});
  std::vector<std::string> names;
  for (const size_t run : ParetoFront(comparison, PlaceOf(RunIn("x", "1", 1)))) names.push_back(comparison.names[run]);
  EXPECT_THAT(names, ElementsAre("quick", "middle", "best"));
}

TEST(ComparisonPlotsTest, PlacesAreNeverMixed) {
  const Comparison comparison =
      CompareResults({RunIn("a", "1111", 9), RunIn("b", "1110", 1, "cuda:0"), UnfinishedExampleRun("c", RunReport::RUNNING)});
  const std::vector<NamedPlot> plots = ComparisonPlots(comparison, {});
  ASSERT_THAT(plots, SizeIs(1));
  EXPECT_THAT(plots[0].script.commands + plots[0].script.data,
              AllOf(HasSubstr("cpu, 2 threads, host h"), HasSubstr("cuda:0, 2 threads, host h"), Not(HasSubstr("best of"))));
}

TEST(ComparisonPlotsTest, CurvesAreThoseOfValidationElseOfTest) {
  const Comparison comparison = CompareResults({RunIn("a", "1111", 9), RunIn("b", "1110", 1)});
  const RunTable with(1, {{"epoch", {"1"}}, {"val_loss", {"0.5"}}, {"test_loss", {"0.7"}}}),
      without(1, {{"epoch", {"1"}}, {"test_loss", {"0.9"}}});
  const std::vector<NamedPlot> plots = ComparisonPlots(comparison, {with, without});
  ASSERT_THAT(plots, SizeIs(2));
  EXPECT_THAT(plots[1].script.commands, AllOf(HasSubstr("1: a"), HasSubstr("2: b")));
  EXPECT_THAT(plots[1].script.data, AllOf(HasSubstr("0.5"), HasSubstr("0.9"), Not(HasSubstr("0.7"))));
}

}  // namespace
}  // namespace mica
