#include "training/observers/progress_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "base/testing/status_matchers.h"
#include "training/observers/example_reports.h"

namespace mica {
namespace {

class ProgressObserverTest : public testing::Test {
 protected:
  ~ProgressObserverTest() override { std::fclose(file_); }

  std::string Shown() {
    std::string text(std::ftell(file_), '\0');
    std::rewind(file_);
    return std::fread(text.data(), 1, text.size(), file_) == text.size() ? text : "cannot read";
  }

  FILE* const file_ = std::tmpfile();  // no terminal, so plain lines
  ProgressObserver observer_{file_};
};

TEST_F(ProgressObserverTest, AnEpochIsALine) {
  ASSERT_THAT(observer_.OnStep(ExampleStep(11)), IsOk());  // too soon after the start to be shown
  ASSERT_THAT(observer_.OnEpoch(ExampleEpoch()), IsOk());

  EXPECT_EQ(Shown(), "epoch 2/3  train loss 0.5000 accuracy 75.00 %  2.00 s  100 images/s\n");
}

TEST_F(ProgressObserverTest, EvaluationsAndTheBestEpochAreNamed) {
  EpochReport epoch = ExampleEpoch();
  epoch.row.evaluations = {{Split::kValidation, ExampleMetrics(0.25, 0.875)}, {Split::kTest, ExampleMetrics(2, 0.125)}};
  epoch.is_best = true;

  ASSERT_THAT(observer_.OnEpoch(epoch), IsOk());

  EXPECT_EQ(
      Shown(),
      "epoch 2/3  train loss 0.5000 accuracy 75.00 %  validation loss 0.2500 accuracy 87.50 %  test loss 2.0000 accuracy 12.50 %  2.00 s  "
      "100 images/s  -> best\n");
}

TEST_F(ProgressObserverTest, AStopSaysWhere) {
  ASSERT_THAT(observer_.OnStop({ExampleStep(15), TrainState()}), IsOk());

  EXPECT_EQ(Shown(), "stopped by a signal after step 15 of 30 (epoch 2)\n");
}

TEST_F(ProgressObserverTest, F27AStepThatIsNotFiniteEndsTheLine) {
  StepReport step = ExampleStep(12);
  step.loss = std::numeric_limits<double>::quiet_NaN();

  ASSERT_THAT(observer_.OnNonFinite({step, {7}}), IsOk());

  EXPECT_EQ(Shown(), "stopped at step 12 of 30 (epoch 2): loss nan, gradient norm 1.5\n");
}

TEST(LiveLineTest, ShowsABarLossAccuracySpeedAndTheTimeLeft) {
  StepReport step = ExampleStep(15);
  EXPECT_EQ(LiveLine(step), "epoch 2/3 ▕█████     ▏ 50 %  loss 0.6250  accuracy 50.0 %  100 images/s  ETA 0:00");
  step.device_memory_mib = 1234;
  EXPECT_THAT(LiveLine(step), testing::EndsWith("ETA 0:00  GPU 1234 MiB"));
  step.device_memory_mib = 0;
  step.step_in_epoch = 1;
  step.images_per_second = 0.01;
  EXPECT_EQ(LiveLine(step), "epoch 2/3 ▕█         ▏ 10 %  loss 0.6250  accuracy 50.0 %  0 images/s  ETA 1:40:00");
  step.steps_per_epoch = 1000;
  EXPECT_THAT(LiveLine(step), testing::HasSubstr("▕▏         ▏ 0 %"));
  step.step_in_epoch = 1000;
  EXPECT_THAT(LiveLine(step), testing::HasSubstr("▕██████████▏ 100 %"));
}

TEST_F(ProgressObserverTest, RemembersWhenTheFirstStepWasDone) {
  EXPECT_FALSE(observer_.seconds_to_first_step().has_value());
  ASSERT_THAT(observer_.OnStep(ExampleStep(1)), IsOk());
  const double first = *observer_.seconds_to_first_step();
  ASSERT_THAT(observer_.OnStep(ExampleStep(2)), IsOk());

  EXPECT_GE(first, 0);
  EXPECT_EQ(*observer_.seconds_to_first_step(), first);
}

}  // namespace
}  // namespace mica
