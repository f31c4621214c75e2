#include "data/index/sources/group_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Optional;

TEST(GroupPatternTest, TakesTheGroupOutOfTheFirstPlace) {
  EXPECT_THAT(GroupPattern("^(cat|dog)\\.").Find("dog.7.jpg"), Optional(Eq("dog")));
  EXPECT_THAT(GroupPattern("(\\d+)").Find("patient12/scan34.png"), Optional(Eq("12")));
  EXPECT_THAT(GroupPattern("^(?:a|b)/(.*)_").Find("a/x_y_z"), Optional(Eq("x_y")));
  EXPECT_THAT(GroupPattern("(é+)").Find("caféé!"), Optional(Eq("éé")));
}

TEST(GroupPatternTest, TheGroupIsAViewOfTheText) {
  const std::string text = "dog.7.jpg";
  EXPECT_EQ(GroupPattern("\\.(\\d)").Find(text)->data(), text.data() + 4);
}

TEST(GroupPatternTest, WhereNothingMatchesThereIsNone) {
  EXPECT_EQ(GroupPattern("^(cat|dog)\\.").Find("Cat.7.jpg"), std::nullopt);
  EXPECT_EQ(GroupPattern("^(cat|dog)\\.").Find(""), std::nullopt);
  EXPECT_EQ(GroupPattern("x|(y)").Find("x"), std::nullopt) << "the pattern matches, its group takes no part";
  EXPECT_THAT(GroupPattern("x(y*)").Find("x"), Optional(Eq(""))) << "a group that matches nothing is there";
}

TEST(GroupPatternTest, SaysWhyAPatternCannotBeUsed) {
  EXPECT_EQ(GroupPattern("^(cat|dog)\\.").Problem(), "");
  EXPECT_THAT(GroupPattern("(cat").Problem(), HasSubstr("is no regular expression (missing )"));
  EXPECT_THAT(GroupPattern("(?=cat)").Problem(), HasSubstr("is no regular expression"));
  EXPECT_THAT(GroupPattern("cat").Problem(), HasSubstr("must have one group in parentheses (found 0"));
  EXPECT_THAT(GroupPattern("(c)(a)").Problem(), HasSubstr("found 2"));
  EXPECT_THAT(GroupPattern("(?:cat)").Problem(), HasSubstr("found 0"));
}

TEST(GroupPatternTest, ABrokenPatternMatchesNothing) {
  EXPECT_EQ(GroupPattern("(cat").Find("cat"), std::nullopt);
  EXPECT_EQ(GroupPattern("cat").Find("cat"), std::nullopt);
}

// Engines that try all ways would need 2^64 steps.
TEST(GroupPatternTest, NoPatternHangs) {
  EXPECT_EQ(GroupPattern("^((?:a+)+)$").Find(std::string(64, 'a') + "b"), std::nullopt);
}

}  // namespace
}  // namespace mica
