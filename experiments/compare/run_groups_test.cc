#include "experiments/compare/run_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// kExampleExperiment with `from` replaced by `to`.
std::string With(const std::string& from, const std::string& to) {
  const std::string text = absl::StrReplaceAll(kExampleExperiment, {{from, to}});
  EXPECT_NE(text, kExampleExperiment);
  return text;
}

TEST(GroupRunsTest, RunsThatDifferInNameAndSeedAloneAreRepeats) {
  const std::vector<RunResults> runs = {ExampleRun("a", "1110"), ExampleRun("b", "1100", With("0.1", "0.2")),
                                        ExampleRun("c", "0100", With("seed: 42", "seed: 43")),
                                        ExampleRun("d", "0000", With("'tiny'", "'other'"))};

  const std::vector<RunGroup> groups = GroupRuns(runs);

  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].runs, ElementsAre(0, 2, 3));
  EXPECT_THAT(groups[0].repeats, ElementsAre(0, 2));
  EXPECT_THAT(groups[0].equal_seeds, ElementsAre(3)) << "a and d share their seed";
  EXPECT_THAT(groups[1].runs, ElementsAre(1));
}

TEST(GroupRunsTest, AnotherArmWithEqualFieldsIsAnotherExperiment) {
  EXPECT_THAT(GroupRuns({ExampleRun("a", "1"), ExampleRun("b", "1", With("sgd", "adam"))}), SizeIs(2));
}

TEST(GroupRunsTest, OtherDataIsAnotherExperiment) {
  RunResults other = ExampleRun("b", "1");
  other.record.report.set_dataset_fingerprint("e");
  EXPECT_THAT(GroupRuns({ExampleRun("a", "1"), other}), SizeIs(2));
}

TEST(GroupRunsTest, UnfinishedRunsDoNotCount) {
  const std::vector<RunGroup> groups = GroupRuns({ExampleRun("a", "1"), UnfinishedExampleRun("b", RunReport::RUNNING)});
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_THAT(groups[0].runs, ElementsAre(0, 1));
  EXPECT_THAT(groups[0].repeats, ElementsAre(0));
  EXPECT_THAT(groups[0].equal_seeds, IsEmpty());
  EXPECT_THAT(GroupRuns({}), IsEmpty());
}

TEST(SpreadTest, IsThatOfASample) {
  const Spread spread = SpreadOf({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_DOUBLE_EQ(spread.mean, 5);
  EXPECT_DOUBLE_EQ(*spread.deviation, std::sqrt(32.0 / 7));
  EXPECT_EQ(spread.smallest, 2);
  EXPECT_EQ(spread.largest, 9);
}

TEST(SpreadTest, ANanAmongTheValuesShowsEverywhere) {
  const Spread spread = SpreadOf({1, NAN, 2});
  for (const double value : {spread.mean, *spread.deviation, spread.smallest, spread.largest}) EXPECT_TRUE(std::isnan(value));
}

TEST(SpreadTest, OneValueHasNoDeviation) {
  EXPECT_FALSE(SpreadOf({0.5}).deviation.has_value());
  EXPECT_EQ(SpreadOf({0.5}).mean, 0.5);
}

}  // namespace
}  // namespace mica
