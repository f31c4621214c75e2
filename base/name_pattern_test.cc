#include "base/name_pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/rng.h"

namespace mica {
namespace {

using Names = std::vector<std::string>;

TEST(NamePatternTest, CoversWholeLeadingParts) {
  EXPECT_TRUE(Covers("fc", "fc"));
  EXPECT_TRUE(Covers("fc", "fc.weight"));
  EXPECT_TRUE(Covers("layer1.0", "layer1.0.conv1.weight"));
  EXPECT_FALSE(Covers("fc", "fc2.weight"));
  EXPECT_FALSE(Covers("fc", "head.fc.weight")) << "not a leading part";
  EXPECT_FALSE(Covers("fc.weight", "fc")) << "longer than the name";
  EXPECT_FALSE(Covers("fc", "f"));
  EXPECT_FALSE(Covers("", "fc"));
  EXPECT_FALSE(Covers("", ""));
  EXPECT_TRUE(Covers("fc.", "fc.weight"));
  EXPECT_FALSE(Covers("fc.", "fc2.weight"));
}

TEST(NamePatternTest, AStarStandsForAnyRunOfCharacters) {
  EXPECT_TRUE(Covers("fc.*", "fc.weight"));
  EXPECT_FALSE(Covers("fc.*", "fc2.weight"));
  EXPECT_FALSE(Covers("fc.*", "fc")) << "the dot is one of its characters";
  EXPECT_TRUE(Covers("fc*", "fc2.weight"));
  EXPECT_TRUE(Covers("fc*", "fc"));
  EXPECT_TRUE(Covers("*.bias", "layer1.0.bn1.bias"));
  EXPECT_FALSE(Covers("*.bias", "bias"));
  EXPECT_TRUE(Covers("layer4.*.conv1", "layer4.0.conv1.weight"));
  EXPECT_TRUE(Covers("layer4.*.conv1", "layer4.0.more.conv1"));
  EXPECT_FALSE(Covers("layer4.*.conv1", "layer4.0.conv10.weight"));
  EXPECT_TRUE(Covers("*bn*", "layer1.0.bn1.weight"));
  EXPECT_TRUE(Covers("*", "anything.at.all"));
  EXPECT_TRUE(Covers("**", "a"));
  EXPECT_TRUE(Covers("*a*b*", "xaxbx"));
  EXPECT_FALSE(Covers("*a*b*", "xbxax"));
}

// The first place where a run fits need not be the right one.
TEST(NamePatternTest, AStarTriesEveryPlace) {
  EXPECT_TRUE(Covers("*.bn", "a.bnx.bn.weight"));
  EXPECT_TRUE(Covers("a*ab", "aabaab"));
  EXPECT_TRUE(Covers("*ab", "aaab"));
}

TEST(NamePatternTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "a*";
  EXPECT_FALSE(Covers(pattern + "b", std::string(20000, 'a')));
}

// The definition itself: what the pattern's first character can stand for.
bool CoversByDefinition(absl::string_view pattern, absl::string_view name) {
  if (pattern.empty()) return name.empty() || name[0] == '.';
  if (pattern[0] == '*') {
    for (size_t i = 0; i <= name.size(); ++i) {
      if (CoversByDefinition(pattern.substr(1), name.substr(i))) return true;
    }
    return false;
  }
  return !name.empty() && pattern[0] == name[0] && CoversByDefinition(pattern.substr(1), name.substr(1));
}

TEST(NamePatternTest, AgreesWithTheDefinition) {
  Rng rng(/*seed=*/1, RngStream::kShuffle, /*epoch=*/0, /*sample=*/0);
  const auto text = [&](const char* letters, uint64_t count, uint64_t longest) {
    std::string drawn;
    for (uint64_t length = rng.UniformBelow(longest + 1); length > 0; --length) drawn += letters[rng.UniformBelow(count)];
    return drawn;
  };
  int covered = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = text("ab.*", 4, 6), name = text("ab.", 3, 8);
    if (pattern.empty()) continue;
    const absl::string_view parts = absl::StripSuffix(pattern, ".");
    const bool expected = !parts.empty() && CoversByDefinition(parts, name);
    ASSERT_EQ(Covers(pattern, name), expected) << pattern << " and " << name;
    covered += expected;
  }
  EXPECT_GT(covered, 1000);
}

TEST(NamePatternTest, AnyOfSeveral) {
  EXPECT_TRUE(AnyCovers(Names{"conv1", "*.bias"}, "fc.bias"));
  EXPECT_FALSE(AnyCovers(Names{"conv1", "*.bias"}, "fc.weight"));
  EXPECT_FALSE(AnyCovers({}, "fc.weight"));
}

TEST(NearestCoveredTest, NamesLeadingPartsToo) {
  const Names names = {"layer1.0.conv1.weight", "classifier.weight"};
  EXPECT_EQ(NearestCovered("clasifier", names), "; did you mean \"classifier\"?");
  EXPECT_EQ(NearestCovered("layer1.0.conv", names), "; did you mean \"layer1.0.conv1\"?");
  EXPECT_EQ(NearestCovered("zzz", names), "");
  EXPECT_EQ(NearestCovered("clas*ifierx", names), "");
}

}  // namespace
}  // namespace mica
