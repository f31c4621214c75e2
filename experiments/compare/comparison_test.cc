#include "experiments/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> NamesOf(const Comparison& comparison) {
  return comparison.names;
}

TEST(CompareResultsTest, TheBestStandsFirstAndTheUnfinishedLast) {
  const Comparison comparison = CompareResults({UnfinishedExampleRun("running", RunReport::RUNNING), ExampleRun("low", "1000"),
                                                ExampleRun("high", "1110"), ExampleRun("zero", "0000"), ExampleRun("tied", "0111")});

  EXPECT_THAT(NamesOf(comparison), ElementsAre("high", "tied", "low", "zero", "running"));
  EXPECT_EQ(comparison.folder, "/runs/tiny");
}

TEST(CompareResultsTest, NamesArePathsInTheDeepestCommonFolder) {
  RunResults other = ExampleRun("a", "10");
  other.record.folder = "/runs/tiny_other/deep/a";
  EXPECT_THAT(NamesOf(CompareResults({ExampleRun("a", "11"), other})), ElementsAre("tiny/a", "tiny_other/deep/a"));
  EXPECT_EQ(CompareResults({ExampleRun("a", "11"), other}).folder, "/runs");

  other.record.folder = "/runs/tiny/a/nested";
  EXPECT_THAT(NamesOf(CompareResults({ExampleRun("a", "11"), other})), ElementsAre("a", "a/nested"));

  other.record.folder = "/elsewhere/b";
  EXPECT_EQ(CompareResults({ExampleRun("a", "11"), other}).folder, "/");
}

TEST(CompareResultsTest, DifferencesFollowTheRanking) {
  const Comparison comparison = CompareResults({ExampleRun("worse", "10"), ExampleRun("better", "11", ExampleExperimentWithSeed(7))});
  ASSERT_EQ(comparison.differences.size(), 1);
  EXPECT_EQ(comparison.differences[0].path, "seed");
  EXPECT_THAT(comparison.differences[0].values, ElementsAre("7", "42"));
  EXPECT_THAT(CompareResults({ExampleRun("a", "10"), ExampleRun("b", "11")}).differences, IsEmpty());
}

class CompareRunsTest : public testing::Test {
 protected:
  std::string NewRun(const std::string& name, RunReport::State state) {
    WriteExampleRunFolder(absl::StrCat(folder_, "/", name), state);
    return absl::StrCat(folder_, "/", name);
  }

  const std::string folder_ = absl::StrCat(testing::TempDir(), "/compare_runs");
};

TEST_F(CompareRunsTest, ReadsFolders) {
  const absl::StatusOr<Comparison> comparison =
      CompareRuns({NewRun("a", RunReport::FINISHED), NewRun("b", RunReport::FINISHED), NewRun("c", RunReport::FAILED)});
  ASSERT_THAT(comparison, IsOk());
  EXPECT_THAT(NamesOf(*comparison), ElementsAre("a", "b", "c"));
  EXPECT_EQ(comparison->paired.Between(0, 1).reason, "");
}

TEST_F(CompareRunsTest, EveryBrokenFolderIsReportedAtOnce) {
  const std::string broken = NewRun("broken", RunReport::FINISHED);
  std::filesystem::remove(broken + "/summary.csv");
  EXPECT_THAT(
      CompareRuns({NewRun("a", RunReport::FINISHED), "/no/such", broken, folder_}),
      Fails(ExitCode::kData, AllOf(HasSubstr("/no/such: no such run folder: there is no \"/no\""), HasSubstr(broken + "/summary.csv"),
                                   HasSubstr(folder_ + ": is not the folder of a run"), Not(HasSubstr(folder_ + "/a:")))));
}

TEST_F(CompareRunsTest, AFolderGivenTwiceIsNamed) {
  const std::string a = NewRun("a", RunReport::FINISHED);
  const std::string link = folder_ + "/link";
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink(a, link);
  EXPECT_THAT(CompareRuns({a, NewRun("b", RunReport::FINISHED), a}), Fails(ExitCode::kConfig, a + ": given twice; name each run once"));
  EXPECT_THAT(CompareRuns({a, link}), Fails(ExitCode::kConfig, link + ": given twice, also as " + a + "; name each run once"));
  EXPECT_THAT(CompareRuns({"/no/such", "/no/such"}), Fails(ExitCode::kConfig, HasSubstr("given twice")));
}

TEST_F(CompareRunsTest, RunsWithoutAnyMetricCannotBeCompared) {
  const std::string a = NewRun("a", RunReport::FAILED);
  const std::string b = NewRun("b", RunReport::INTERRUPTED);
  std::filesystem::remove(a + "/metrics.csv");
  EXPECT_THAT(CompareRuns({a, b}), IsOk()) << "b has an epoch";
  std::filesystem::remove(b + "/metrics.csv");
  EXPECT_THAT(CompareRuns({a, b}),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("none of the runs has a metric yet"), HasSubstr(a + ": FAILED, no metrics"))));
}

}  // namespace
}  // namespace mica
