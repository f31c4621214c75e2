#include "experiments/artefacts/sample_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/config/textproto.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Experiment ExperimentWith(absl::string_view text) {
  Experiment experiment = ParseTextOrDie<Experiment>(std::string(text));
  FillDefaults(&experiment);
  return experiment;
}

Picture Plain(int32_t height, int32_t width, uint8_t red, uint8_t green, uint8_t blue) {
  Picture picture;
  picture.Reshape(height, width, 3);
  for (int32_t y = 0; y < height; ++y) {
    for (int32_t x = 0; x < width; ++x) {
      uint8_t* const pixel = picture.Row(y) + 3 * x;
      pixel[0] = red, pixel[1] = green, pixel[2] = blue;
    }
  }
  return picture;
}

// Pictures in files of their own, of one colour each.
DatasetIndex IndexOf(const std::string& folder, const std::vector<Picture>& pictures) {
  DatasetIndex index;
  index.classes = ClassMap({"<b>", "\"x\", y"});
  for (size_t i = 0; i < pictures.size(); ++i) {
    SampleFile file;
    file.path = absl::StrCat(folder, "/", i, ".png");
    WriteTestFile(file.path, EncodePng(pictures[i]));
    index.files.push_back(file);
    ImageRecord record;
    record.id = static_cast<int64_t>(i);
    record.file = static_cast<int32_t>(i);
    record.label = 0;
    record.split = Split::kTest;
    index.records.push_back(record);
  }
  index.common_size = PictureSize{pictures[0].height_px, pictures[0].width_px};
  return index;
}

std::vector<SheetSample> Samples(int64_t count) {
  std::vector<SheetSample> samples;
  for (int64_t id = 0; id < count; ++id) {
    SheetSample sample;
    sample.id = id;
    sample.path = "a \"path\", with <b>";
    sample.prediction = 1;
    sample.truth_name = "<b>";
    sample.prediction_name = "\"x\", y";
    sample.confidence = 0.75;
    sample.loss = 1.5;
    sample.worst_rank = id + 1;
    samples.push_back(sample);
  }
  return samples;
}

void ExpectNear(const uint8_t* pixel, int red, int green, int blue) {
  EXPECT_LE(std::abs(pixel[0] - red), 3);
  EXPECT_LE(std::abs(pixel[1] - green), 3);
  EXPECT_LE(std::abs(pixel[2] - blue), 3);
}

TEST(SampleSheetTest, WhatIsWrittenIsReadBack) {
  const std::string folder = MakeTestFolder("sheet");
  const DatasetIndex index = IndexOf(folder, {Plain(20, 30, 200, 10, 10), Plain(20, 30, 10, 10, 200)});
  const SampleSheet sheet = DrawSampleSheet(index, ExperimentWith(""), Samples(2)).value();
  ASSERT_THAT(WriteSampleSheet(folder, sheet), IsOk());
  const SampleSheet read = ReadSampleSheet(folder).value();
  ASSERT_THAT(read.samples, SizeIs(2));
  EXPECT_EQ(read.samples[1].path, "a \"path\", with <b>");
  EXPECT_EQ(read.samples[1].prediction_name, "\"x\", y");
  EXPECT_EQ(read.samples[1].worst_rank, 2);
  EXPECT_EQ(read.samples[1].random_rank, 0);
  EXPECT_EQ(read.samples[1].loss, 1.5);
  const std::vector<Picture> pictures = CutSampleSheet(read).value();
  ASSERT_THAT(pictures, SizeIs(2));
  EXPECT_EQ(pictures[0].width_px, 30);
  ExpectNear(pictures[0].Row(19) + 3 * 29, 200, 10, 10);
  ExpectNear(pictures[1].Row(0), 10, 10, 200);
}

TEST(SampleSheetTest, ShowsWhatTheNetworkGetsReducedIfItIsLarge) {
  const std::string folder = MakeTestFolder("sheet");
  const DatasetIndex index = IndexOf(folder, {Plain(300, 400, 90, 90, 90)});
  const auto width_with = [&](absl::string_view transforms) {
    return DrawSampleSheet(index, ExperimentWith(transforms), Samples(1))->samples[0].region.width_px;
  };
  EXPECT_EQ(width_with("eval_transforms { center_crop { size_px: 64 } }"), 64);
  EXPECT_EQ(width_with("eval_transforms { center_crop { size_px: 200 } }"), 128);
  EXPECT_EQ(width_with("eval_transforms { center_crop { size_px: 64 } } eval_transforms { normalize { mean: 0.5 std: 0.5 } }"), 64);
}

TEST(SampleSheetTest, APictureThatIsGoneIsLeftOutAndSaid) {
  const std::string folder = MakeTestFolder("sheet");
  DatasetIndex index = IndexOf(folder, {Plain(20, 20, 1, 1, 1), Plain(20, 20, 200, 2, 2)});
  index.files[0].path = folder + "/gone.png";
  const SampleSheet sheet = DrawSampleSheet(index, ExperimentWith(""), Samples(2)).value();
  ASSERT_THAT(sheet.samples, SizeIs(1));
  EXPECT_EQ(sheet.samples[0].id, 1);
  ASSERT_THAT(sheet.problems, SizeIs(1));
  EXPECT_THAT(sheet.problems[0], HasSubstr("gone.png"));
  index.files[1].path = folder + "/gone too.png";
  EXPECT_THAT(DrawSampleSheet(index, ExperimentWith(""), Samples(2)).status().message(), HasSubstr("gone.png"));
}

TEST(SampleSheetTest, FilesThatContradictEachOtherAreNamed) {
  const std::string folder = MakeTestFolder("sheet");
  const DatasetIndex index = IndexOf(folder, {Plain(20, 30, 200, 10, 10)});
  SampleSheet sheet = DrawSampleSheet(index, ExperimentWith(""), Samples(1)).value();
  sheet.samples[0].region.left_px = 1000;
  ASSERT_THAT(WriteSampleSheet(folder, sheet), IsOk());
  EXPECT_THAT(ReadSampleSheet(folder).status().message(), HasSubstr("samples.csv:2: lies outside samples.jpg"));
  WriteTestFile(folder + "/samples.jpg", sheet.jpeg.substr(0, sheet.jpeg.size() / 2));
  EXPECT_THAT(ReadSampleSheet(folder).status().message(), HasSubstr(folder + "/samples.jpg: "));
}

}  // namespace
}  // namespace mica
