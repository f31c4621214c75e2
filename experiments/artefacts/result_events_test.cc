#include "experiments/artefacts/result_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"
#include "data/decode/picture_encoder.h"
#include "experiments/artefacts/example_run_files.h"
#include "viz/tensorboard/read_events.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> TagsOf(const RunFiles& run) {
  EventFileStart start;
  start.wall_time = 1000;
  start.host = "box";
  start.pid = 7;
  EXPECT_THAT(WriteResultEvents(run, {}, start), IsOk());
  std::vector<std::string> tags;
  for (const tensorboard::Event& event : ReadEventFile(run.folder + "/events.out.tfevents.0000001000.box.7.0")) {
    for (const tensorboard::Summary::Value& value : event.summary().value()) tags.push_back(value.tag());
  }
  return tags;
}

TEST(ResultEventsTest, CurvesAreThoseOfTheTableOfCurves) {
  RunFiles run = ReadRunFiles(WriteExampleRun("curves", RunReport::FINISHED)).value();
  run.tables.erase("curves.csv");
  run.tables.emplace("curves.csv", RunTable(4, {{"curve", {"roc", "roc", "roc", "roc"}}, {"id", {"2", "2", "1", "99"}}}));
  EXPECT_THAT(TagsOf(run), ElementsAre("PR/test/12\" record", "PR/test/T-shirt/top"));
}

TEST(ResultEventsTest, WithoutTheTableOfCurvesTheFirstClassesHaveOne) {
  RunFiles run = ReadRunFiles(WriteExampleRun("no_curves", RunReport::FINISHED)).value();
  run.tables.erase("curves.csv");
  EXPECT_THAT(TagsOf(run), ElementsAre("PR/test/shirt, long", "PR/test/12\" record", "PR/test/T-shirt/top"));
}

TEST(ResultEventsTest, HoldsPicturesAndACurveForEachClass) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  Picture picture;
  picture.Reshape(/*height=*/300, /*width=*/5, /*channel_count=*/3);
  std::fill(picture.pixels.begin(), picture.pixels.end(), 9);
  EventFileStart start;
  start.wall_time = 1000;
  start.host = "box";
  start.pid = 7;
  ASSERT_THAT(WriteResultEvents(ReadRunFiles(folder).value(), {NamedPng{"roc", EncodePng(picture)}}, start), IsOk());
  std::vector<tensorboard::Summary::Value> values;
  for (const tensorboard::Event& event : ReadEventFile(folder + "/events.out.tfevents.0000001000.box.7.0")) {
    EXPECT_TRUE(!event.has_session_log() || event.step() == 2) << "behind all that training wrote";
    for (const tensorboard::Summary::Value& value : event.summary().value()) {
      EXPECT_EQ(event.step(), 1);
      values.push_back(value);
    }
  }
  std::vector<std::string> tags;
  for (const tensorboard::Summary::Value& value : values) tags.push_back(value.tag());
  ASSERT_THAT(tags, ElementsAre("Plots/roc", "PR/test/shirt, long", "PR/test/12\" record", "PR/test/T-shirt/top"));
}

}  // namespace
}  // namespace mica
