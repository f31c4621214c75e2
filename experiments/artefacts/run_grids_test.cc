#include "experiments/artefacts/run_grids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/decode/picture_decoder.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Eight grey pictures on one sheet. Of three classes; samples 0 and 1 are wrong.
RunFiles RunWithSamples() {
  RunFiles run;
  run.folder = "/runs/x/a";
  run.samples.emplace();
  Picture sheet;
  sheet.Reshape(16, 128, 3);
  for (int32_t y = 0; y < 16; ++y) std::fill_n(sheet.Row(y), sheet.row_bytes(), 100);
  run.samples->jpeg = EncodeJpeg(sheet, 90).value();
  for (int64_t id = 0; id < 8; ++id) {
    SheetSample sample;
    sample.id = id;
    sample.truth = id % 3;
    sample.prediction = id < 2 ? 2 : sample.truth;
    sample.truth_name = "<script>";
    sample.prediction_name = "名前";
    sample.confidence = 0.5;
    sample.worst_rank = id + 1;
    sample.random_rank = id < 4 ? 4 - id : 0;
    sample.region = {static_cast<int32_t>(16 * id), 0, 16, 16};
    run.samples->samples.push_back(sample);
  }
  return run;
}

PictureSize SizeOf(const NamedPng& png) {
  const Picture picture = PictureDecoder().Decode(png.bytes, PictureFormat::kPng).picture.value();
  return {picture.height_px, picture.width_px};
}

TEST(RunGridsTest, EachQuestionHasItsGrid) {
  const RunGrids grids = DrawRunGrids(RunWithSamples()).value();
  std::vector<std::string> names;
  for (const NamedPng& grid : grids.pngs) names.push_back(grid.name);
  ASSERT_THAT(names, ElementsAre("predictions", "worst_losses", "most_confused", "class_examples"));
  const PictureSize random = SizeOf(grids.pngs[0]), worst = SizeOf(grids.pngs[1]);
  EXPECT_LT(random.width_px, worst.width_px) << "three columns and six";
}

TEST(RunGridsTest, MostFrequentMistakesComeFirst) {
  RunFiles run = RunWithSamples();
  const std::string without = DrawRunGrids(run)->pngs.at(2).bytes;
  run.tables.emplace("most_confused.csv", RunTable(2, {{"truth", {"1", "0"}}, {"prediction", {"2", "2"}}, {"samples", {"9", "3"}}}));
  run.samples->samples[1].prediction_name = "another";
  const std::string with = DrawRunGrids(run)->pngs.at(2).bytes;
  run.tables.at("most_confused.csv") = RunTable(2, {{"truth", {"1", "0"}}, {"prediction", {"2", "2"}}, {"samples", {"1", "3"}}});
  EXPECT_NE(with, DrawRunGrids(run)->pngs.at(2).bytes);
  EXPECT_NE(with, without);
}

TEST(RunGridsTest, WithoutMistakesThereIsNoGridOfThem) {
  RunFiles run = RunWithSamples();
  for (SheetSample& sample : run.samples->samples) sample.prediction = sample.truth;
  const RunGrids grids = DrawRunGrids(run).value();
  std::vector<std::string> names;
  for (const NamedPng& grid : grids.pngs) names.push_back(grid.name);
  EXPECT_THAT(names, ElementsAre("predictions", "worst_losses", "class_examples"));
}

// As somebody may have written it.
TEST(RunGridsTest, AListWithTooManyRanksDrawsTheFirst) {
  RunFiles run = RunWithSamples();
  for (int64_t id = 0; id < 8; ++id) run.samples->samples[id].random_rank = id + 1;
  const SheetSample last = run.samples->samples.back();
  for (int i = 0; i < 2000; ++i) run.samples->samples.push_back(last);
  const RunGrids grids = DrawRunGrids(run).value();
  EXPECT_LT(SizeOf(grids.pngs[0]).height_px, 1000);
  EXPECT_LT(SizeOf(grids.pngs[1]).height_px, 1500);
}

TEST(RunGridsTest, WithoutSamplesThereIsNothing) {
  EXPECT_THAT(DrawRunGrids(RunFiles())->pngs, IsEmpty());
}

}  // namespace
}  // namespace mica
