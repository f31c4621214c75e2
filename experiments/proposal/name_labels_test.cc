#include "experiments/proposal/name_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

// Names made of a prefix, 0 … 7 and a suffix.
std::optional<NameLabels> GuessOf(const std::vector<std::string>& prefixes, const std::string& suffix) {
  std::vector<std::string> names;
  for (const std::string& prefix : prefixes) {
    for (int i = 0; i < 8; ++i) names.push_back(absl::StrCat(prefix, i, suffix));
  }
  return GuessNameLabels(std::vector<absl::string_view>(names.begin(), names.end()));
}

std::string LabelOf(const NameLabels& labels, const std::string& name) {
  std::string label;
  RE2::PartialMatch(name, labels.pattern, &label);
  return label;
}

TEST(NameLabelsTest, TheTextBeforeTheFirstDotIsTheLabel) {
  const auto labels = GuessOf({"cat.", "dog."}, ".jpg");
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(labels->classes, 2);
  EXPECT_EQ(LabelOf(*labels, "dog.12499.jpg"), "dog");
  EXPECT_EQ(LabelOf(*labels, "3.test-002019.jpg"), "3");
  EXPECT_THAT(labels->in_words, HasSubstr("cat.0.jpg is of class \"cat\""));
}

TEST(NameLabelsTest, NamesOfBreedsKeepTheirUnderscores) {
  const auto labels = GuessOf({"american_bulldog_", "beagle_", "Bengal_"}, ".jpg");
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(LabelOf(*labels, "american_bulldog_203.jpg"), "american_bulldog");
}

TEST(NameLabelsTest, NumbersInBracketsAreNoPartOfTheLabel) {
  const auto labels = GuessOf({"rose (", "tulip ("}, ").png");
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(LabelOf(*labels, "tulip (4).png"), "tulip");
}

TEST(NameLabelsTest, ANumberInFrontIsTheLabel) {
  const auto labels = GuessOf({"0_", "10_"}, ".jpg");
  ASSERT_TRUE(labels.has_value());
  EXPECT_EQ(LabelOf(*labels, "10_7.jpg"), "10");
}

TEST(NameLabelsTest, NamesWithoutLabelsGiveNone) {
  EXPECT_FALSE(GuessOf({"IMG_"}, ".jpg").has_value());
  EXPECT_FALSE(GuessOf({"cat", "dog"}, "x.jpg").has_value());
  EXPECT_FALSE(GuessNameLabels({"anna1.jpg", "berta1.jpg", "carla1.jpg", "doris1.jpg"}).has_value());
  EXPECT_FALSE(GuessOf({"train-", "test-"}, ".jpg").has_value());
  EXPECT_FALSE(GuessNameLabels({}).has_value());
}

}  // namespace
}  // namespace mica
