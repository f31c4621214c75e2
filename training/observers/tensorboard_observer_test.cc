#include "training/observers/tensorboard_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "training/observers/example_reports.h"
#include "viz/tensorboard/read_events.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::vector<float> kValues = {1, 2, 3}, kGradients = {-1, 0, 1};

std::vector<ParameterView> Read() {
  return {{"fc.weight", kValues, kGradients}};
}

TensorBoardObserver::Start StartIn(const std::string& folder) {
  TensorBoardObserver::Start start;
  start.folder = folder;
  start.file.wall_time = 1000;
  start.file.host = "box";
  start.file.pid = 7;
  start.experiment = "name: \"x\"\nseed: 7\n";
  GraphNode node;
  node.name = "input";
  start.graph = {node};
  start.hyperparameters = {{"seed", 7.0}};
  return start;
}

// The tags of all values, in order.
std::vector<std::string> TagsIn(const std::string& folder) {
  std::vector<std::string> tags;
  for (const tensorboard::Event& event : ReadEventFile(folder + "/events.out.tfevents.0000001000.box.7.0")) {
    for (const tensorboard::Summary::Value& value : event.summary().value()) tags.push_back(value.tag());
  }
  return tags;
}

TEST(TensorBoardObserverTest, ShowsSettingsMetricsAndParameters) {
  const std::string folder = MakeTestFolder("board");
  TensorBoardObserver board(StartIn(folder), Read, [] { return 1001.0; });
  ASSERT_THAT(board.OnEpoch(ExampleEpoch()), IsOk());
  board.Finish(HparamsOutcome::kSuccess);
  const std::vector<std::string> tags = TagsIn(folder);
  EXPECT_THAT(tags, testing::IsSupersetOf({"Experiment", "Loss/train", "Accuracy/train", "Optimizer/learning_rate", "Weights/fc.weight",
                                           "Gradients/fc.weight"}));
}

TEST(TensorBoardObserverTest, AnEpochIsAStep) {
  const std::string folder = MakeTestFolder("board");
  TensorBoardObserver board(StartIn(folder), Read, [] { return 1001.0; });
  ASSERT_THAT(board.OnEpoch(ExampleEpoch()), IsOk());
  int losses = 0, histograms = 0;
  for (const tensorboard::Event& event : ReadEventFile(folder + "/events.out.tfevents.0000001000.box.7.0")) {
    for (const tensorboard::Summary::Value& value : event.summary().value()) {
      if (value.tag() == "Loss/train") {
        ++losses;
        EXPECT_EQ(event.step(), 2);
        EXPECT_EQ(event.wall_time(), 1001.0);
        EXPECT_EQ(value.simple_value(), 0.5f);
      }
      histograms += value.tag() == "Weights/fc.weight" && event.step() == 2 ? 1 : 0;
    }
  }
  EXPECT_EQ(losses, 1);
  EXPECT_EQ(histograms, 1);
}

TEST(TensorBoardObserverTest, AFileThatCannotBeWrittenIsSaidOnceAndTrainingGoesOn) {
  for (const FileCall call : {FileCall::kOpen, FileCall::kWrite}) {
    FakeFileCalls calls;
    calls.FailNth(call, 1, ENOSPC);
    testing::internal::CaptureStderr();
    TensorBoardObserver board(
        StartIn(MakeTestFolder("board")), Read, [] { return 1001.0; }, calls);
    EXPECT_THAT(board.OnEpoch(ExampleEpoch()), IsOk());
    board.Finish(HparamsOutcome::kFailure);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                AllOf(HasSubstr("No space left"), testing::EndsWith("the run goes on without TensorBoard's events\n")));
  }
}

}  // namespace
}  // namespace mica
