#include "experiments/runner/run_observers.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <limits>

#include "base/file.h"
#include "base/status_matchers.h"
#include "eval/report/run_tables.h"
#include "training/loop/non_finite.pb.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

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
  epoch.row.validation = Metrics(0.25, 0.875);
  epoch.row.test = Metrics(2, 0.125);
  epoch.is_best = true;

  ASSERT_THAT(observer_.OnEpoch(epoch), IsOk());

  EXPECT_EQ(
      Shown(),
      "epoch 2/3  train loss 0.5000 accuracy 75.00 %  validation loss 0.2500 accuracy 87.50 %  test loss 2.0000 accuracy 12.50 %  2.00 s  "
      "100 images/s  -> best\n");
}

TEST_F(ProgressObserverTest, AStopSaysWhere) {
  ASSERT_THAT(observer_.OnStop(Step(15)), IsOk());

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

class RunFolderObserverTest : public testing::Test {
 protected:
  void SetUp() override {
    RunFolder::Options options;
    options.output_dir = testing::TempDir() + "run_observers_test";
    options.experiment = "experiment";
    options.run_name = "run";
    std::filesystem::remove_all(options.output_dir);
    auto folder = RunFolder::Create(options);
    ASSERT_THAT(folder, IsOk());
    folder_ = *std::move(folder);
  }

  std::string Read(const std::string& name) const { return ReadFile(folder_->path() + "/" + name).value_or("absent"); }

  std::unique_ptr<RunFolder> folder_;
};

TEST_F(RunFolderObserverTest, AnEpochIsARowOfMetricsAndALineOfTheLog) {
  RunFolderObserver observer(folder_.get());
  EpochReport epoch = Epoch();
  epoch.row.validation = Metrics(0.25, 0.875);
  epoch.is_best = true;

  ASSERT_THAT(observer.OnEpoch(epoch), IsOk());
  ASSERT_THAT(observer.OnEpoch(Epoch()), IsOk());

  EXPECT_EQ(Read("metrics.csv"), MetricsCsvHeader() + MetricsCsvRow(epoch.row) + MetricsCsvRow(Epoch().row));
  EXPECT_THAT(Read("log.txt"), HasSubstr("epoch=2 step=20 learning_rate=0.05 train_loss=0.5 train_accuracy=0.75 val_accuracy=0.875"));
  EXPECT_THAT(Read("log.txt"), HasSubstr("best=1\n"));
}

TEST_F(RunFolderObserverTest, F27AStepThatIsNotFiniteLeavesAReport) {
  RunFolderObserver observer(folder_.get());
  StepReport step = Step(12);
  step.loss = std::numeric_limits<double>::infinity();

  ASSERT_THAT(observer.OnNonFinite({step, {7, 3}}), IsOk());

  NonFiniteStepReport report;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Read("nan_report.textproto"), &report));
  EXPECT_EQ(report.step(), 12);
  EXPECT_EQ(report.epoch(), 2);
  EXPECT_EQ(report.loss(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(report.grad_norm(), 1.5);
  EXPECT_EQ(report.learning_rate(), 0.05);
  EXPECT_THAT(report.record_id(), ElementsAre(7, 3));
  EXPECT_THAT(Read("nan_report.textproto"), StartsWith("# proto-file: training/loop/non_finite.proto\n"));
}

TEST_F(RunFolderObserverTest, AStopIsLoggedWithoutARow) {
  RunFolderObserver observer(folder_.get());

  ASSERT_THAT(observer.OnStop(Step(15)), IsOk());

  EXPECT_EQ(Read("metrics.csv"), MetricsCsvHeader());
  EXPECT_THAT(Read("log.txt"), HasSubstr("stopped=signal step=15 epoch=2"));
}

}  // namespace
}  // namespace mica
