#include "cli/registered_flags.h"

#include <gflags/gflags.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

VerbFlag Flag(const std::string& name, FlagType type) {
  VerbFlag flag;
  flag.name = name;
  flag.type = type;
  return flag;
}

TEST(RegisteredFlagsTest, ValuesHaveTheTypeOfTheFlag) {
  EXPECT_EQ(SetFlag(Flag("a_text", FlagType::kString), "x\ny"), FlagValue("x\ny"));
  EXPECT_EQ(SetFlag(Flag("a_number", FlagType::kInt), "-010"), FlagValue(-10));
  EXPECT_EQ(SetFlag(Flag("a_threshold", FlagType::kDouble), "1e-3"), FlagValue(1e-3));
  EXPECT_EQ(SetFlag(Flag("a_switch", FlagType::kBool), "true"), FlagValue(true));
}

TEST(RegisteredFlagsTest, GflagsHoldsTheValue) {
  SetFlag(Flag("held", FlagType::kInt), "7");
  std::string held;
  ASSERT_TRUE(gflags::GetCommandLineOption("held", &held));
  EXPECT_EQ(held, "7");
}

TEST(RegisteredFlagsTest, AFlagCanBeSetAgain) {
  EXPECT_EQ(SetFlag(Flag("again", FlagType::kInt), "1"), FlagValue(1));
  EXPECT_EQ(SetFlag(Flag("again", FlagType::kInt), "2"), FlagValue(2));
}

TEST(RegisteredFlagsTest, FlagsOfLibrariesAreSetWhereTheyAre) {
  EXPECT_EQ(SetFlag(Flag("v", FlagType::kInt), "3"), FlagValue(3));
  gflags::CommandLineFlagInfo info;
  ASSERT_TRUE(gflags::GetCommandLineFlagInfo("v", &info));
  EXPECT_EQ(info.current_value, "3");
  SetFlag(Flag("v", FlagType::kInt), "0");
}

TEST(RegisteredFlagsTest, OneNameWithTwoTypesIsABugOfMica) {
  SetFlag(Flag("two_types", FlagType::kInt), "1");
  EXPECT_DEATH(SetFlag(Flag("two_types", FlagType::kBool), "1"), "of --two_types");
  EXPECT_DEATH(SetFlag(Flag("two_types", FlagType::kInt), "abc"), "--two_types=abc");
}

}  // namespace
}  // namespace mica
