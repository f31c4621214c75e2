#include "training/optim/lr_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
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

// Factors at the first step of each epoch, after one loss more each time.
std::vector<double> FactorsByEpoch(const std::string& config, const std::vector<double>& losses, bool validation = false) {
  constexpr int64_t kStepsPerEpoch = 4;
  const auto schedule = CreateLrSchedule(ParseTextOrDie<ScheduleConfig>(config), {/*total_steps=*/1000, kStepsPerEpoch});
  EXPECT_THAT(schedule, IsOk());
  EXPECT_TRUE(schedule->reads_losses());
  std::vector<EpochLosses> so_far;
  std::vector<double> factors;
  for (size_t epoch = 0; epoch <= losses.size(); ++epoch) {
    factors.push_back(schedule->Factor(static_cast<int64_t>(epoch) * kStepsPerEpoch, so_far));
    if (epoch == losses.size()) break;
    so_far.push_back({validation ? 1 : losses[epoch], validation ? losses[epoch] : 1});
  }
  return factors;
}

MATCHER_P(IsNearEach, expected, "") {
  if (arg.size() != expected.size()) return false;
  for (size_t i = 0; i < arg.size(); ++i) {
    if (!(std::abs(arg[i] - expected[i]) < 1e-12)) return false;
  }
  return true;
}

using Factors = std::vector<double>;

TEST(LossScheduleTest, DecaysAfterEachEpochWhoseLossRose) {
  EXPECT_THAT(FactorsByEpoch("decay_on_rise {}", {.70, .71, .69, .69, .72}), IsNearEach(Factors{1, 1, .95, .95, .95, .9025}));
  EXPECT_THAT(FactorsByEpoch("decay_on_rise { gamma: 0.5 }", {1, 2, 3, 3}), IsNearEach(Factors{1, 1, .5, .25, .25}));
}

// The factors after each loss of torch.optim.lr_scheduler.ReduceLROnPlateau(factor=.1, patience=2,
// min_lr=.005 of a base rate of 1), torch 2.11.
TEST(LossScheduleTest, DropsOnAPlateauAsPyTorch) {
  const std::vector<double> losses = {1, .9, .90001, .89995, .95, .9, .8, .8, .8, .8, .8, .8, .8, .8, .8};
  const Factors expected = {1, 1, 1, 1, 1, .1, .1, .1, .1, .1, .01, .01, .01, .005, .005, .005};
  const std::string plateau = "plateau { patience_epochs: 2 floor_fraction: 0.005 ";
  EXPECT_THAT(FactorsByEpoch(plateau + "}", losses, /*validation=*/true), IsNearEach(expected));
  EXPECT_THAT(FactorsByEpoch(plateau + "watch: TRAIN_LOSS }", losses), IsNearEach(expected));
}

TEST(LossScheduleTest, ReducesAfterTheEleventhBadEpochByDefault) {
  const Factors factors = FactorsByEpoch("plateau {}", Factors(13, 1.0), /*validation=*/true);
  EXPECT_EQ(factors[11], 1) << "ten epochs without a new lowest";
  EXPECT_NEAR(factors[12], .1, 1e-12);
  EXPECT_THAT(FactorsByEpoch("plateau { patience_epochs: 0 }", {1, 1, 1}, true), IsNearEach(Factors{1, 1, .1, .01}));
}

TEST(LossScheduleTest, ALossThatIsNoNumberIsNoBetter) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(FactorsByEpoch("plateau { patience_epochs: 1 }", {nan, nan, 1, nan, nan}, true), IsNearEach(Factors{1, 1, .1, .1, .1, .01}));
}

// Five steps are more than one epoch of four: the loss of the first epoch does not count.
TEST(LossScheduleTest, TheWarmUpsLossesDoNotCount) {
  EXPECT_THAT(FactorsByEpoch("decay_on_rise { gamma: 0.5 } warmup { steps: 5 }", {1, 2, 3, 2}), IsNearEach(Factors{.2, 1, 1, .5, .5}));
}

TEST(LossScheduleTest, OtherSchedulesReadNoLosses) {
  const auto schedule = CreateLrSchedule(ParseTextOrDie<ScheduleConfig>("cosine {} warmup { steps: 2 }"), {8, 4});
  ASSERT_THAT(schedule, IsOk());
  EXPECT_FALSE(schedule->reads_losses());
}

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
