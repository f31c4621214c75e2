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

double PositionOf(const std::string& identity, int label, uint64_t seed) {
  return SplitDraw(DrawPurpose::kSplit, seed).Position(identity, label);
}

Split AssignSplit(const std::string& identity, int label, uint64_t seed, const SplitFractions& fractions) {
  return SplitOf(PositionOf(identity, label, seed), fractions);
}

// The example in the header. If these numbers change, the splits of every earlier run move.
TEST(SplitAssignmentTest, PositionsArePinned) {
  const std::string pixels("\0\1\2\3", 4);
  EXPECT_NEAR(PositionOf(pixels, 0, 0), 0.470066, 5e-7);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.1, 0.1}), Split::kTrain);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.471, 0.1}), Split::kValidation);
  EXPECT_EQ(AssignSplit(pixels, 0, 0, {0.1, 0.530}), Split::kTest);
  EXPECT_NEAR(PositionOf(pixels, 1, 0), 0.973682, 5e-7);
  EXPECT_NEAR(PositionOf(pixels, 0, 1), 0.878978, 5e-7);
}

TEST(SplitAssignmentTest, SplitsArePinned) {
  constexpr Split T = Split::kTrain, V = Split::kValidation, X = Split::kTest;
  std::vector<Split> splits;
  for (int i = 0; i < 8; ++i) splits.push_back(AssignSplit(Picture(i), i % 2, /*seed=*/7, {0.3, 0.3}));
  EXPECT_THAT(splits, ElementsAre(V, X, X, V, T, V, T, T));
}

TEST(SplitAssignmentTest, PositionsInNamedClassesArePinned) {
  SplitDraw draw(DrawPurpose::kSplit, /*seed=*/0);
  const std::vector<double> positions = {draw.PositionInClass("cat/1.jpg", "cat"), draw.PositionInClass("cat/1.jpg", "dog"),
                                         draw.PositionInClass("cat/1.jpg", "cat"), draw.PositionInClass("cat/1.jpg", "3")};
  EXPECT_NEAR(positions[0], 0.240436, 5e-7);  // as the Python package xxhash computes it
  EXPECT_NE(positions[1], positions[0]);
  EXPECT_EQ(positions[2], positions[0]);
  EXPECT_NE(positions[3], draw.Position("cat/1.jpg", 3));
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

TEST(SplitAssignmentTest, PurposesDrawIndependently) {
  SplitDraw split(DrawPurpose::kSplit, 0);
  SplitDraw subset(DrawPurpose::kSubset, 0);
  SplitDraw labelled(DrawPurpose::kLabelled, 0);
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    const bool in_split = split.Position(Picture(i), 0) < 0.5;
    same += in_split == (subset.Position(Picture(i), 0) < 0.5);
    same += in_split == (labelled.Position(Picture(i), 0) < 0.5);
  }
  EXPECT_NEAR(same, 1000, 130);
}

TEST(SplitAssignmentTest, GroupsAreNoClass) {
  SplitDraw draw(DrawPurpose::kSplit, 0);
  for (const int label : {-1, 0, 1}) EXPECT_NE(draw.PositionOfGroup("patient 7"), draw.Position("patient 7", label));
  EXPECT_EQ(draw.PositionOfGroup("patient 7"), SplitDraw(DrawPurpose::kSplit, 0).PositionOfGroup("patient 7"));
}

TEST(SplitAssignmentTest, FoldsDivideWhatIsNotTest) {
  EXPECT_EQ(FoldOf(0, 5, 0), 1);
  EXPECT_EQ(FoldOf(0.19999, 5, 0), 1);
  EXPECT_EQ(FoldOf(0.20001, 5, 0), 2);
  EXPECT_EQ(FoldOf(0.99999, 5, 0), 5);
  EXPECT_EQ(FoldOf(0.39, 2, /*test_fraction=*/0.2), 1);
  EXPECT_EQ(FoldOf(0.41, 2, /*test_fraction=*/0.2), 2);
  EXPECT_EQ(FoldOf(0.79999, 2, /*test_fraction=*/0.2), 2);
  SplitDraw draw(DrawPurpose::kSplit, 0);
  std::vector<int> sizes(6);
  for (int i = 0; i < 10000; ++i) ++sizes[FoldOf(draw.Position(Picture(i), 0), 5, 0)];
  EXPECT_EQ(sizes[0], 0);
  for (int fold = 1; fold <= 5; ++fold) EXPECT_NEAR(sizes[fold], 2000, 4 * std::sqrt(10000 * 0.2 * 0.8));
}

}  // namespace
}  // namespace mica
