#include "training/optim/parameter_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// conv1, bn1, a residual of a convolution and a batch norm, fc: four parts, as bn1 is conv1's.
const std::vector<ModelParameter>& Network() {
  static const auto* const network = new std::vector<ModelParameter>{
      {"conv1.weight", 100, true, 0, ""},
      {"bn1.weight", 10, false, 0, "bn1"},
      {"bn1.bias", 10, false, 0, "bn1"},
      {"layer1.conv.weight", 200, true, 1, ""},
      {"layer1.bn.weight", 5, false, 1, "layer1.bn"},
      {"layer1.bn.bias", 5, false, 1, "layer1.bn"},
      {"fc.weight", 40, true, 2, ""},
      {"fc.bias", 4, false, 2, ""},
  };
  return *network;
}

absl::StatusOr<ParameterPlan> Plan(const std::string& more, int64_t steps_per_epoch = 10) {
  const auto config = ParseTextOrDie<OptimizerConfig>("sgd { learning_rate: 0.1 weight_decay: 0.01 } " + more);
  return PlanParameters(config, Network(), steps_per_epoch);
}

TEST(ParameterGroupsTest, WithoutGroupsThereIsOneOfAll) {
  const auto plan = Plan("");
  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->groups.size(), 1u);
  const PlannedGroup& group = plan->groups[0];
  EXPECT_EQ(group.name, "");
  EXPECT_EQ(group.learning_rate_factor, 1);
  EXPECT_EQ(group.weight_decay, std::nullopt);
  EXPECT_EQ(group.first_step, 0);
  EXPECT_EQ(group.parameters.size(), Network().size());
  EXPECT_EQ(group.size, 374);
  EXPECT_EQ(group.config_group, -1);
  EXPECT_THAT(plan->fixed_batch_norms, IsEmpty());
}

TEST(ParameterGroupsTest, PatternsAndTheRestTakeEachParameterOnce) {
  const auto plan =
      Plan("group { name: 'head' pattern: 'fc' learning_rate_factor: 10 weight_decay: 0.5 } group { name: 'body' rest: true }");
  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->groups.size(), 2u);
  const PlannedGroup &body = plan->groups[0], &head = plan->groups[1];
  EXPECT_EQ(body.name, "body") << "in the order of the model";
  EXPECT_EQ(body.config_group, 1);
  EXPECT_EQ(body.parameters.size(), 6u);
  EXPECT_EQ(body.weight_decay, std::nullopt);
  EXPECT_EQ(head.name, "head");
  EXPECT_EQ(head.config_group, 0);
  EXPECT_THAT(head.parameters, ElementsAre("fc.weight", "fc.bias"));
  EXPECT_EQ(head.learning_rate_factor, 10);
  EXPECT_EQ(head.weight_decay, 0.5);
}

TEST(ParameterGroupsTest, PatternsOfOneGroupMayOverlap) {
  const auto plan = Plan("group { name: 'a' pattern: ['*.bias', 'fc'] } group { name: 'b' rest: true }");
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan->groups[1].parameters, ElementsAre("bn1.bias", "layer1.bn.bias", "fc.weight", "fc.bias"));
}

TEST(ParameterGroupsTest, LayerDecayLowersTheRateOfEachEarlierPart) {
  const auto plan = Plan("layer_decay: 0.5");
  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->groups.size(), 3u);
  EXPECT_EQ(plan->groups[0].name, "part_0");
  EXPECT_EQ(plan->groups[0].learning_rate_factor, 0.25);
  EXPECT_THAT(plan->groups[0].parameters, ElementsAre("conv1.weight", "bn1.weight", "bn1.bias"));
  EXPECT_EQ(plan->groups[1].learning_rate_factor, 0.5);
  EXPECT_EQ(plan->groups[2].learning_rate_factor, 1);
}

TEST(ParameterGroupsTest, NormsAndBiasesMayGoWithoutDecay) {
  const auto plan = Plan("decay_norms_and_biases: false");
  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->groups.size(), 2u);
  EXPECT_EQ(plan->groups[0].name, "");
  EXPECT_EQ(plan->groups[0].weight_decay, std::nullopt);
  EXPECT_THAT(plan->groups[0].parameters, ElementsAre("conv1.weight", "layer1.conv.weight", "fc.weight"));
  EXPECT_EQ(plan->groups[1].name, "no_decay");
  EXPECT_EQ(plan->groups[1].weight_decay, 0);
}

TEST(ParameterGroupsTest, AGroupsOwnDecayHoldsForAllThatItHas) {
  const auto plan = Plan(
      "decay_norms_and_biases: false layer_decay: 0.5 "
      "group { name: 'head' pattern: 'fc' learning_rate_factor: 3 weight_decay: 0.5 } group { name: 'body' rest: true }");
  ASSERT_THAT(plan, IsOk());
  std::vector<std::string> seen;
  for (const PlannedGroup& group : plan->groups) {
    seen.push_back(group.name + (group.weight_decay.has_value() ? " " + std::to_string(*group.weight_decay) : ""));
  }
  EXPECT_THAT(seen, ElementsAre("body/part_0", "body/part_0/no_decay 0.000000", "body/part_1", "body/part_1/no_decay 0.000000",
                                "head/part_2 0.500000"));
  EXPECT_EQ(plan->groups[4].learning_rate_factor, 3);
}

TEST(ParameterGroupsTest, AFrozenGroupBeginsAfterItsEpochsOrNever) {
  const auto plan = Plan(
      "group { name: 'head' pattern: 'fc' } group { name: 'stem' pattern: ['conv1', 'bn1'] freeze {} }"
      "group { name: 'rest' rest: true freeze { epochs: 3 } }");
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->groups[0].first_step, kNeverTrains);
  EXPECT_EQ(plan->groups[1].first_step, 30);
  EXPECT_EQ(plan->groups[2].first_step, 0);
  ASSERT_EQ(plan->fixed_batch_norms.size(), 2u);
  EXPECT_EQ(plan->fixed_batch_norms[0].layer, "bn1");
  EXPECT_EQ(plan->fixed_batch_norms[0].until_step, kNeverTrains);
  EXPECT_EQ(plan->fixed_batch_norms[1].layer, "layer1.bn");
  EXPECT_EQ(plan->fixed_batch_norms[1].until_step, 30);
}

TEST(ParameterGroupsTest, ABatchNormIsFixedOnlyWhileAllOfItIsFrozen) {
  const auto half = Plan("group { name: 'a' pattern: '*.bias' } group { name: 'b' rest: true freeze {} }");
  ASSERT_THAT(half, IsOk());
  EXPECT_THAT(half->fixed_batch_norms, IsEmpty());
  const auto sooner = Plan(
      "group { name: 'a' pattern: 'fc' } group { name: 'b' pattern: 'bn1.bias' freeze { epochs: 1 } }"
      "group { name: 'c' rest: true freeze { epochs: 2 } }");
  ASSERT_THAT(sooner, IsOk());
  EXPECT_EQ(sooner->fixed_batch_norms[0].until_step, 10);
  EXPECT_EQ(sooner->fixed_batch_norms[1].until_step, 20);
  const auto updated = Plan("group { name: 'a' pattern: 'fc' } group { name: 'b' rest: true freeze { batch_norms: UPDATED } }");
  ASSERT_THAT(updated, IsOk());
  EXPECT_THAT(updated->fixed_batch_norms, IsEmpty());
}

TEST(ParameterGroupsTest, EveryMistakeIsNamedWithItsField) {
  const auto plan = Plan("group { name: 'a' pattern: ['fcc', 'fc'] } group { name: 'b' pattern: ['*.bias', 'layer1'] }");
  ASSERT_THAT(plan, Fails(ExitCode::kConfig, HasSubstr("")));
  EXPECT_EQ(
      plan.status().message(),
      "optimizer.group[0].pattern[0]: \"fcc\" covers no parameter of the model; there are conv1, bn1, layer1, fc; did you mean "
      "\"fc\"?\n"
      "optimizer.group[1].pattern[0]: \"*.bias\" covers 1 parameter of the group \"a\" before it: fc.bias; each belongs to one group\n"
      "optimizer.group: 2 parameters are in no group: conv1.weight, bn1.weight; add a pattern, or a group with rest: true");
  EXPECT_THAT(FieldsOf(plan.status()), ElementsAre("optimizer.group[0].pattern[0]", "optimizer.group[1].pattern[0]", "optimizer.group"));
}

TEST(ParameterGroupsTest, ARestOfNothingIsAMistake) {
  EXPECT_THAT(Plan("group { name: 'a' pattern: '*' } group { name: 'b' rest: true }"),
              Fails(ExitCode::kConfig, HasSubstr("optimizer.group[1].rest: is true, but the other groups have every parameter")));
}

TEST(ParameterGroupsTest, ARateThatTheDecayMakesZeroIsRefused) {
  EXPECT_THAT(Plan("layer_decay: 1e-20"),
              Fails(ExitCode::kConfig, HasSubstr("optimizer.layer_decay: leaves conv1.weight a learning rate of 1e-41, which is 0")));
  EXPECT_THAT(Plan("layer_decay: 1e-10"), IsOk());
}

TEST(ParameterGroupsTest, ManyNamesAreCountedAndControlsEscaped) {
  EXPECT_THAT(Plan("group { name: 'a' pattern: 'fc.weight' }"),
              Fails(ExitCode::kConfig, HasSubstr("7 parameters are in no group: conv1.weight, bn1.weight, bn1.bias, layer1.conv.weight, "
                                                 "layer1.bn.weight, layer1.bn.bias and 1 more")));
  EXPECT_THAT(Plan("group { name: 'a' pattern: 'x\\033' }"), Fails(ExitCode::kConfig, HasSubstr("pattern[0]: \"x\\x1b\" covers no")));
}

}  // namespace
}  // namespace mica
