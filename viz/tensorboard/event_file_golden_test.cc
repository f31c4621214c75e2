// A file with everything, byte for byte.
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "viz/tensorboard/event_file.h"

namespace mica {
namespace {

constexpr double kStart = 1600000000.25;
constexpr double kNow = 1600000060.5;

std::vector<GraphNode> ThreeNodes() {
  GraphNode image, conv, loss;
  image.name = "image";
  image.op = "Input";
  image.output_shapes = {{-1, 3, 8, 8}};
  conv.name = "stem/conv1";
  conv.op = "Conv2d";
  conv.inputs = {"image"};
  conv.output_shapes = {{-1, 16, 8, 8}};
  conv.attributes = {{"kernel", "3x3"}};
  loss.name = "loss";
  loss.op = "CrossEntropy";
  loss.inputs = {"stem/conv1"};
  return {image, conv, loss};
}

// testdata/make_events.py makes the same file with TensorBoard's own messages.
TEST(EventFileGoldenTest, EqualsWhatTensorBoardsOwnMessagesGive) {
  EventFileStart start;
  start.wall_time = kStart;
  start.host = "box";
  start.pid = 7;
  start.first_step = 3;
  const std::unique_ptr<EventFile> file = *EventFile::Create(MakeTestFolder("golden"), start);
  const std::vector<Hyperparameter> hyperparameters = {{"learning_rate", 0.1}, {"nesterov", false}, {"optimizer", std::string("sgd")}};
  const EventTime time = {/*step=*/3, kNow};
  file->AddGraph(ThreeNodes(), kNow);
  file->AddHparamsColumns(hyperparameters, {"Accuracy/valid"}, kStart);
  file->AddHparamsSession(hyperparameters, kStart);
  file->AddHparamsEnd(HparamsOutcome::kSuccess, kNow);
  file->AddScalar("Loss/train", time, 0.412);
  file->AddScalar("Loss/valid", time, std::numeric_limits<double>::infinity());
  file->AddScalar("Zero", time, 0);
  file->AddImage("Samples", time, {"\x89PNG", /*width_px=*/4, /*height_px=*/3, /*channels=*/1});
  file->AddHistogram("Weights/conv1.weight", time, CountIntoBuckets({-1.0f, 0.0f, 0.0f, 2.0f}));
  file->AddText("Notes", time, "# größe\n\n| a |");
  file->AddText("Notes", time, "again");
  file->AddPrCurve("PR/valid/cat", time, CountByThreshold({0.1f, 0.25f, 0.6f, 0.6f, 1.0f, 0.74f}, {0, 1, 1, 0, 1, 0}, 5));
  ASSERT_THAT(file->Flush(), IsOk());
  const std::string golden = *ReadFile("viz/tensorboard/testdata/events.golden");
  EXPECT_THAT(ReadFile(file->path()), IsOkAndHolds(golden));
}

}  // namespace
}  // namespace mica
