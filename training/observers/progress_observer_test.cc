#include "training/observers/progress_observer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "base/testing/status_matchers.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

MetricSet Metrics(double loss, double accuracy) {
  MetricSet metrics;
  for (const std::string& name : MetricNames()) metrics.values.push_back({name, name == "loss" ? loss : accuracy});
  return metrics;
}

StepReport Step(int64_t step) {
  StepReport report;
  report.epoch = 2;
  report.epochs = 3;
  report.step = step;
  report.total_steps = 30;
  report.step_in_epoch = step - 10;
  report.steps_per_epoch = 10;
  report.samples_seen = 4 * step;
  report.learning_rate = 0.05;
  report.loss = 0.75;
  report.grad_norm = 1.5;
  report.images_per_second = 100;
  return report;
}

EpochReport Epoch() {
  EpochReport epoch;
  epoch.row.epoch = 2;
  epoch.row.step = 20;
  epoch.row.learning_rate = 0.05;
  epoch.row.train_loss = 0.5;
  epoch.row.train_accuracy = 0.75;
  epoch.row.train_seconds = 2;
  epoch.row.images_per_second = 100;
  epoch.last_step = Step(20);
  return epoch;
}

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
  ASSERT_THAT(observer_.OnStep(Step(11)), IsOk());  // too soon after the start to be shown
  ASSERT_THAT(observer_.OnEpoch(Epoch()), IsOk());

  EXPECT_EQ(Shown(), "epoch 2/3  train loss 0.5000 accuracy 75.00 %  2.00 s  100 images/s\n");
}

TEST_F(ProgressObserverTest, EvaluationsAndTheBestEpochAreNamed) {
  EpochReport epoch = Epoch();
  epoch.row.evaluations = {{Split::kValidation, Metrics(0.25, 0.875)}, {Split::kTest, Metrics(2, 0.125)}};
  epoch.is_best = true;

  ASSERT_THAT(observer_.OnEpoch(epoch), IsOk());

  EXPECT_EQ(
      Shown(),
      "epoch 2/3  train loss 0.5000 accuracy 75.00 %  validation loss 0.2500 accuracy 87.50 %  test loss 2.0000 accuracy 12.50 %  2.00 s  "
      "100 images/s  -> best\n");
}

TEST_F(ProgressObserverTest, AStopSaysWhere) {
  ASSERT_THAT(observer_.OnStop({Step(15), TrainState()}), IsOk());

  EXPECT_EQ(Shown(), "stopped by a signal after step 15 of 30 (epoch 2)\n");
}

TEST_F(ProgressObserverTest, F27AStepThatIsNotFiniteEndsTheLine) {
  StepReport step = Step(12);
  step.loss = std::numeric_limits<double>::quiet_NaN();

  ASSERT_THAT(observer_.OnNonFinite({step, {7}}), IsOk());

  EXPECT_EQ(Shown(), "stopped at step 12 of 30 (epoch 2): loss nan, gradient norm 1.5\n");
}

TEST_F(ProgressObserverTest, RemembersWhenTheFirstStepWasDone) {
  EXPECT_FALSE(observer_.seconds_to_first_step().has_value());
  ASSERT_THAT(observer_.OnStep(Step(1)), IsOk());
  const double first = *observer_.seconds_to_first_step();
  ASSERT_THAT(observer_.OnStep(Step(2)), IsOk());

  EXPECT_GE(first, 0);
  EXPECT_EQ(*observer_.seconds_to_first_step(), first);
}

}  // namespace
}  // namespace mica
