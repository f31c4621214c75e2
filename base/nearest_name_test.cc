#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mica {
namespace {

using Names = std::vector<std::string>;

TEST(NearestNameTest, FindsEachKindOfSlip) {
  const Names fields = {"learning_rate", "momentum", "weight_decay"};
  EXPECT_EQ(NearestName("lerning_rate", fields), "learning_rate");    // a letter missing
  EXPECT_EQ(NearestName("learnning_rate", fields), "learning_rate");  // one too many
  EXPECT_EQ(NearestName("learming_rate", fields), "learning_rate");   // a wrong one
  EXPECT_EQ(NearestName("mometnum", fields), "momentum");             // two swapped
  EXPECT_EQ(NearestName("Weight_Decay", fields), "weight_decay");     // case
  EXPECT_EQ(NearestName("momentum", fields), "momentum");
}

// A swap of neighbours is one edit (optimal string alignment), so "ab" -> "ba" passes where two
// replacements do not.
TEST(NearestNameTest, SwapCountsOnce) {
  EXPECT_EQ(NearestName("ab", Names{"ba"}), "ba");
  EXPECT_EQ(NearestName("ab", Names{"cd"}), std::nullopt);
}

// Names of 6: at most 2 edits. Names of 7: at most 3 (7 / 3 rounded up).
TEST(NearestNameTest, RefusesMoreThanAThirdOfTheLetters) {
  EXPECT_EQ(NearestName("abcdef", Names{"abcdXY"}), "abcdXY");
  EXPECT_EQ(NearestName("abcdef", Names{"abcXYZ"}), std::nullopt);
  EXPECT_EQ(NearestName("abcdefg", Names{"abcdXYZ"}), "abcdXYZ");
  EXPECT_EQ(NearestName("abcdefg", Names{"abcWXYZ"}), std::nullopt);
  EXPECT_EQ(NearestName("abcd", Names{"abcdXX"}), "abcdXX");  // the longer of the two names counts
}

TEST(NearestNameTest, TakesTheNearestAndOfEqualsTheFirst) {
  EXPECT_EQ(NearestName("train", Names{"tran_x", "trains", "brain"}), "trains");
  EXPECT_EQ(NearestName("train", Names{"brain", "trains"}), "brain");
}

TEST(NearestNameTest, NothingIsNearToNothing) {
  EXPECT_EQ(NearestName("train", Names{}), std::nullopt);
  EXPECT_EQ(NearestName("", Names{"train", "eval"}), std::nullopt);
  EXPECT_EQ(NearestName("train", Names{""}), std::nullopt);
  EXPECT_EQ(NearestName("x", Names{"y"}), std::nullopt);
}

TEST(NearestNameTest, LongNamesAreRefusedWithoutALongSearch) {
  const std::string longest(200, 'a');
  EXPECT_EQ(NearestName(longest, Names{longest}), longest);
  EXPECT_EQ(NearestName(longest + "a", Names{longest}), std::nullopt);
  EXPECT_EQ(NearestName(std::string(10000000, 'a'), Names{longest}), std::nullopt);
}

TEST(DidYouMeanTest, IsAClauseOrNothing) {
  EXPECT_EQ(DidYouMean("lerning_rate", Names{"learning_rate", "momentum"}), "; did you mean \"learning_rate\"?");
  EXPECT_EQ(DidYouMean("zzz", Names{"learning_rate", "momentum"}), "");
}

}  // namespace
}  // namespace mica
