#include "training/optim/lr_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

struct Case {
  std::string name;
  std::string config;
  double base_rate;
  std::vector<double> rates;  // at steps 0, 1, 2, …
};

// A run of 8 steps, 4 in each epoch. The tables follow from the closed forms of
// torch.optim.lr_scheduler.
const Case kCases[] = {
    {"Constant", "constant {}", .1, {.1, .1, .1}},
    {"Step", "step { every_steps: 3 gamma: 0.1 }", .1, {.1, .1, .1, .01, .01, .01, .001, .001}},
    {"StepInEpochs", "step { every_epochs: 0.5 gamma: 0.1 }", .1, {.1, .1, .01, .01, .001, .001}},
    {"LinearRises",
     "linear { length_steps: 5 start_fraction: 0.3333333333333333 end_fraction: 1 }",
     .1,
     {.0333333333333, .0466666666667, .06, .0733333333333, .0866666666667, .1, .1}},
    {"LinearFallsOverTheRun", "linear {}", .1, {.1, .0875, .075, .0625, .05, .0375, .025, .0125, 0, 0}},
    {"Exponential", "exponential { every_steps: 1 gamma: 0.9 }", .1, {.1, .09, .081, .0729, .06561, .059049, .0531441, .04782969}},
    {"ExponentialInEpochs", "exponential { every_epochs: 1 gamma: 0.0001 }", .1, {.1, .01, .001, .0001, .00001}},
    {"CosineRisesAfterItsLength",
     "cosine { length_steps: 4 }",
     .1,
     {.1, .0853553390593, .05, .0146446609407, 0, .0146446609407, .05, .0853553390593, .1}},
    {"CosineWithFloor",
     "cosine { length_steps: 10 floor_fraction: 0.01 }",
     .1,
     {.1, .0975772975566, .0905463412216, .0795953699885, .0657963412216, .0505, .0352036587784, .0214046300115, .0104536587784,
      .00342270244339, .001}},
    {"CosineOfOneEpoch", "cosine { length_epochs: 1 }", .1, {.1, .0853553390593, .05, .0146446609407, 0}},
    {"WarmupThenCosineOverTheRest", "cosine {} warmup { steps: 4 }", .1, {.025, .05, .075, .1, .1, .0853553390593, .05, .0146446609407}},
    {"WarmupInEpochs", "constant {} warmup { epochs: 1 }", .1, {.025, .05, .075, .1, .1, .1}},
    {"WarmupThenStep", "step { every_steps: 2 gamma: 0.5 } warmup { steps: 2 }", .1, {.05, .1, .1, .1, .05, .05, .025}},
};

class LrScheduleTest : public testing::TestWithParam<Case> {};

TEST_P(LrScheduleTest, FollowsTheClosedForm) {
  const absl::StatusOr<LrSchedule> schedule =
      CreateLrSchedule(ParseTextOrDie<ScheduleConfig>(GetParam().config), {/*total_steps=*/8, /*steps_per_epoch=*/4});
  ASSERT_THAT(schedule, IsOk());

  for (size_t step = 0; step < GetParam().rates.size(); ++step) {
    EXPECT_NEAR(GetParam().base_rate * schedule->Factor(static_cast<int64_t>(step)), GetParam().rates[step], 1e-12) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, LrScheduleTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

TEST(WarmupTest, NamesTheFieldWhenWarmupExceedsTheRun) {
  EXPECT_THAT(CreateLrSchedule(ParseTextOrDie<ScheduleConfig>("cosine {} warmup { steps: 500 }"), {200, 100}),
              Fails(ExitCode::kConfig, HasSubstr("schedule.warmup.steps is 500, but the run has 200 steps of 100 an epoch")));
  EXPECT_THAT(CreateLrSchedule(ParseTextOrDie<ScheduleConfig>("constant {} warmup { epochs: 2 }"), {200, 100}),
              Fails(ExitCode::kConfig, HasSubstr("schedule.warmup.epochs is 2 = 200 steps")));
}

TEST(LrScheduleKindTest, UnsetKindListsTheArms) {
  EXPECT_THAT(CreateLrSchedule(ScheduleConfig(), {8, 4}), Fails(ExitCode::kConfig, HasSubstr("constant, step, cosine")));
}

}  // namespace
}  // namespace mica
