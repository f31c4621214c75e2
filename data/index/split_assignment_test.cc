#include "data/index/split_assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

std::string Picture(int number) {
  return absl::StrCat("picture ", number);
}

// The example in the header. If these numbers change, the splits of every earlier run move.
TEST(SplitAssignmentTest, PositionsArePinned) {
  const std::string pixels("\0\1\2\3", 4);
  EXPECT_NEAR(SplitPosition(pixels, 0, 0), 0.470066, 5e-7);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.1, 0.1}), Split::kTrain);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.471, 0.1}), Split::kValidation);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.1, 0.530}), Split::kTest);
  EXPECT_NEAR(SplitPosition(pixels, 1, 0), 0.973682, 5e-7);
  EXPECT_NEAR(SplitPosition(pixels, 0, 1), 0.878978, 5e-7);
}

TEST(SplitAssignmentTest, SplitsArePinned) {
  constexpr Split T = Split::kTrain, V = Split::kValidation, X = Split::kTest;
  std::vector<Split> splits;
  for (int i = 0; i < 8; ++i) splits.push_back(AssignSplit(Picture(i), i % 2, /*split_seed=*/7, {0.3, 0.3}));
  EXPECT_THAT(splits, ElementsAre(V, X, X, V, T, V, T, T));
}

TEST(SplitAssignmentTest, FractionOfZeroTakesNothing) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(AssignSplit(Picture(i), 0, 0, {}), Split::kTrain);
    EXPECT_NE(AssignSplit(Picture(i), 0, 0, {0.5, 0}), Split::kTest);
    EXPECT_NE(AssignSplit(Picture(i), 0, 0, {0, 0.5}), Split::kValidation);
  }
}

TEST(SplitAssignmentTest, SharesAreNearTheFractionsInEveryClass) {
  constexpr int kSamples = 10000;
  for (const int label : {0, 1, 9}) {
    int validation = 0;
    int test = 0;
    for (int i = 0; i < kSamples; ++i) {
      const Split split = AssignSplit(Picture(i), label, 0, {0.1, 0.2});
      validation += split == Split::kValidation;
      test += split == Split::kTest;
    }
    EXPECT_NEAR(validation, 1000, 4 * std::sqrt(kSamples * 0.1 * 0.9));
    EXPECT_NEAR(test, 2000, 4 * std::sqrt(kSamples * 0.2 * 0.8));
  }
}

TEST(SplitAssignmentTest, LargerFractionOnlyTakesFromTrain) {
  for (int i = 0; i < 1000; ++i) {
    const Split small = AssignSplit(Picture(i), 0, 0, {0.1, 0.1});
    if (small == Split::kTrain) continue;
    EXPECT_EQ(AssignSplit(Picture(i), 0, 0, {0.4, 0.3}), small);
  }
}

TEST(SplitAssignmentTest, SeedAndLabelDrawAnew) {
  int same_for_seeds = 0;
  int same_for_labels = 0;
  for (int i = 0; i < 1000; ++i) {
    const Split split = AssignSplit(Picture(i), 0, 0, {0.5, 0});
    same_for_seeds += split == AssignSplit(Picture(i), 0, 1, {0.5, 0});
    same_for_labels += split == AssignSplit(Picture(i), 1, 0, {0.5, 0});
  }
  EXPECT_NEAR(same_for_seeds, 500, 80);
  EXPECT_NEAR(same_for_labels, 500, 80);
}

}  // namespace
}  // namespace mica
