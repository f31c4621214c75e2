#include "eval/metrics/baselines.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mica {
namespace {

TEST(BaselinesTest, ChanceFollowsFromTheNumberOfClasses) {
  const Baselines baselines = ComputeBaselines(std::vector<int64_t>(10, 1000), std::vector<std::string>(10, "x"));
  EXPECT_EQ(baselines.num_classes, 10);
  EXPECT_DOUBLE_EQ(baselines.chance_accuracy, .1);
  EXPECT_NEAR(baselines.chance_loss, 2.3025850930, 1e-10);
  EXPECT_DOUBLE_EQ(baselines.majority_accuracy, .1);
}

TEST(BaselinesTest, ClassesWithoutSamplesLowerTheChanceOfMacroMeans) {
  const Baselines baselines = ComputeBaselines({7, 0, 0, 3}, {"a", "b", "c", "d"});
  EXPECT_DOUBLE_EQ(baselines.chance_balanced_accuracy, 2 / 16.0);
  EXPECT_EQ(ChanceOf("balanced_accuracy", baselines), baselines.chance_balanced_accuracy);
  EXPECT_EQ(ChanceOf("macro_recall", baselines), baselines.chance_balanced_accuracy);
  EXPECT_EQ(ChanceOf("accuracy", baselines), .25);
  EXPECT_EQ(ChanceOf("nll", baselines), baselines.chance_loss);
  EXPECT_EQ(ChanceOf("macro_f1", baselines), std::nullopt);
}

TEST(BaselinesTest, NamesTheMostFrequentClass) {
  const Baselines baselines = ComputeBaselines({3698, 3802}, {"cat", "dog"});
  EXPECT_EQ(baselines.majority_label, 1);
  EXPECT_EQ(baselines.majority_name, "dog");
  EXPECT_NEAR(baselines.majority_accuracy, .506933, 1e-6);
  EXPECT_NEAR(baselines.chance_loss, .6931471806, 1e-10);
}

TEST(BaselinesTest, TakesTheLowerLabelOfEquals) {
  EXPECT_EQ(ComputeBaselines({2, 5, 5}, {"a", "b", "c"}).majority_label, 1);
}

TEST(BaselinesTest, AnEmptySplitHasNoMajority) {
  EXPECT_EQ(ComputeBaselines({0, 0}, {"a", "b"}).majority_accuracy, 0);
}

}  // namespace
}  // namespace mica
