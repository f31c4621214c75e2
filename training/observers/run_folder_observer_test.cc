#include "training/observers/run_folder_observer.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "training/loop/non_finite.pb.h"
#include "training/observers/example_reports.h"
#include "training/observers/metrics_row.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class RunFolderObserverTest : public testing::Test {
 protected:
  void SetUp() override {
    RunFolder::Options options;
    options.output_dir = testing::TempDir() + "run_folder_observer_test";
    options.experiment = "experiment";
    options.run_name = "run";
    options.metrics_columns = MetricsColumns({});
    std::filesystem::remove_all(options.output_dir);
    auto folder = RunFolder::Create(options);
    ASSERT_THAT(folder, IsOk());
    folder_ = *std::move(folder);
  }

  static std::string RowOf(const EpochReport& epoch) {
    std::vector<std::string> texts;
    for (const CsvField& field : MetricsRow(epoch.row)) texts.push_back(field.text);
    return CsvRow(texts);
  }

  std::string Read(const std::string& name) const { return ReadFile(folder_->path() + "/" + name).value_or("absent"); }

  std::unique_ptr<RunFolder> folder_;
};

TEST_F(RunFolderObserverTest, AnEpochIsARowOfMetricsAndALineOfTheLog) {
  RunFolderObserver observer(folder_.get());
  EpochReport epoch = ExampleEpoch();
  epoch.row.evaluations = {{Split::kValidation, ExampleMetrics(0.25, 0.875)}};
  epoch.is_best = true;

  ASSERT_THAT(observer.OnEpoch(epoch), IsOk());
  ASSERT_THAT(observer.OnEpoch(ExampleEpoch()), IsOk());

  EXPECT_EQ(Read("metrics.csv"), CsvRow(MetricsColumns({})) + RowOf(epoch) + RowOf(ExampleEpoch()));
  EXPECT_THAT(Read("log.txt"), HasSubstr("epoch=2 step=20 learning_rate=0.05 train_loss=0.5 train_accuracy=0.75 val_accuracy=0.875"));
  EXPECT_THAT(Read("log.txt"), HasSubstr("best=1\n"));
}

TEST_F(RunFolderObserverTest, F27AStepThatIsNotFiniteLeavesAReport) {
  RunFolderObserver observer(folder_.get());
  StepReport step = ExampleStep(12);
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

  ASSERT_THAT(observer.OnStop({ExampleStep(15), TrainState()}), IsOk());

  EXPECT_EQ(Read("metrics.csv"), CsvRow(MetricsColumns({})));
  EXPECT_THAT(Read("log.txt"), HasSubstr("stopped=signal step=15 epoch=2"));
}

}  // namespace
}  // namespace mica
