#include "models/weights/weight_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kModel = {"conv.weight", "fc.weight", "fc.bias"};

// Whole networks and parts of them may be compiled, and wrapped for several devices before or
// after.
TEST(WeightNamesTest, WhatWrappersAddIsTakenInAnyOrder) {
  for (const auto& [prefix, taken] :
       std::vector<std::pair<std::string, std::vector<std::string>>>{{"", {}},
                                                                     {"_orig_mod.", {"_orig_mod."}},
                                                                     {"module._orig_mod.", {"_orig_mod.", "module."}},
                                                                     {"_orig_mod.module.", {"_orig_mod.", "module."}},
                                                                     {"module._orig_mod.module._orig_mod.", {"_orig_mod.", "module."}},
                                                                     {"module.module.", {"module."}}}) {
    std::vector<std::string> names;
    for (const std::string& name : kModel) names.push_back(prefix + name);
    EXPECT_EQ(StripWrappers(kModel, &names), taken) << prefix;
    EXPECT_EQ(names, kModel) << prefix;
  }
}

TEST(WeightNamesTest, APartMayBeCompiledAlone) {
  std::vector<std::string> names = {"conv.weight", "fc._orig_mod.weight", "_orig_mod"};
  EXPECT_THAT(StripWrappers(kModel, &names), ElementsAre("_orig_mod."));
  EXPECT_THAT(names, ElementsAre("conv.weight", "fc.weight", "_orig_mod")) << "the last part is the tensor's own";
}

TEST(WeightNamesTest, WhatWrappersAddStaysWhereNamesWouldCollideOrTheModelHasIt) {
  const std::vector<std::string> colliding = {"fc.bias", "_orig_mod.fc.bias"};
  std::vector<std::string> names = colliding;
  EXPECT_THAT(StripWrappers(kModel, &names), IsEmpty());
  EXPECT_EQ(names, colliding);
  names = {"module.weight"};
  EXPECT_THAT(StripWrappers({"module.weight"}, &names), IsEmpty());
  EXPECT_THAT(names, ElementsAre("module.weight"));
  names = {"module.a", "b"};
  EXPECT_THAT(StripWrappers(kModel, &names), IsEmpty()) << "not in front of all names";
}

TEST(WeightNamesTest, RulesApplyInTurnToTheFirstMatch) {
  std::vector<std::string> names = {"net.features.1.conv.0.weight", "net.features.10.conv.0.weight", "fc.fc.bias"};
  EXPECT_THAT(ApplyRules({{"^net\\.", ""}, {"^features\\.1\\.conv\\.0", "features.1.conv.0.0"}, {"fc\\.", "head."}}, &names), IsEmpty());
  EXPECT_THAT(names, ElementsAre("features.1.conv.0.0.weight", "features.10.conv.0.weight", "head.fc.bias"));
}

TEST(WeightNamesTest, GroupsAreAtHandAndUnusedRulesAreTold) {
  std::vector<std::string> names = {"blocks.3.norm.weight"};
  EXPECT_THAT(ApplyRules({{"^blocks\\.(\\d+)\\.(\\w+)", "\\2_\\1"}, {"^blocks", "x"}, {"norm_3", "norm_3"}}, &names), ElementsAre(1, 2));
  EXPECT_THAT(names, ElementsAre("norm_3.weight"));
}

TEST(WeightNamesTest, NamesDoNotGrowWithoutEnd) {
  std::vector<std::string> names = {"weight"};
  const std::vector<RenameRule> rules(60, RenameRule{"(?s).*", "\\0\\0"});
  EXPECT_FALSE(ApplyRules(rules, &names).empty());
  EXPECT_LE(names[0].size(), 4096);
}

TEST(WeightNamesTest, RulesThatCannotBeAppliedAreNamed) {
  EXPECT_EQ(RenameRuleProblem({"^a\\.(.*)", "b.\\1"}), "");
  EXPECT_THAT(RenameRuleProblem({"(a", ""}), HasSubstr("from: missing )"));
  EXPECT_THAT(RenameRuleProblem({"a", "\\1"}), HasSubstr("to: "));
  EXPECT_THAT(RenameRuleProblem({"a", "\\x"}), HasSubstr("to: "));
}

}  // namespace
}  // namespace mica
