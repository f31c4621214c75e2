#include "experiments/preview/preview_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_encoder.h"
#include "data/loader/picture_pipeline.h"
#include "data/survey/dataset_examination.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// Grey levels that rise from left to right, so that flips are seen.
std::string Gradient(int height, int width) {
  Picture picture;
  picture.Reshape(height, width, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i / 3 % width * 255 / width);
  return EncodePng(picture);
}

// Ten pictures of each of two classes, 60 x 30 pixels.
class PreviewReportTest : public testing::Test {
 protected:
  PreviewReportTest() {
    for (const std::string name : {"cat", "dog, 犬"}) {
      std::filesystem::create_directories(folder_ + "/tree/" + name);
      for (int i = 0; i < 10; ++i) WriteTestFile(folder_ + "/tree/" + name + "/" + std::to_string(i) + ".png", Gradient(30, 60));
    }
  }

  Experiment Parsed(const std::string& more) const {
    auto experiment = ParseTextOrDie<Experiment>(
        "name: 'x' dataset { pool { class_folders {} } validation_fraction: 0.2 } loader { batch_size: 6 } "
        "eval_transforms { resize { short_side_px: 20 } } eval_transforms { center_crop { size_px: 20 } } " +
        more);
    experiment.mutable_dataset()->mutable_pool(0)->mutable_class_folders()->set_folder(folder_ + "/tree");
    return experiment;
  }

  OpenedDataset Opened(const Experiment& experiment) const { return OpenDataset(experiment.dataset(), experiment.decode()).value(); }

  const std::string folder_ = MakeTestFolder("preview_report");
};

constexpr char kAugmented[] =
    "train_transforms { random_resized_crop { size_px: 20 } } train_transforms { horizontal_flip {} } "
    "train_transforms { normalize { mean: 0.5 std: 0.25 } } train_transforms { random_erasing { probability: 1 } }";

TEST_F(PreviewReportTest, ShowsWhatIsDrawnForEachEpoch) {
  const Experiment experiment = Parsed(kAugmented);
  const OpenedDataset dataset = Opened(experiment);
  PreviewOptions options;
  options.samples = 3;
  options.versions = 2;
  options.epoch = 5;
  const auto preview = PreviewExperiment(experiment, dataset, options);
  ASSERT_THAT(preview, IsOk());
  ASSERT_THAT(preview->samples, SizeIs(3));
  EXPECT_NE(dataset.index.records[preview->samples[0].id].label, dataset.index.records[preview->samples[1].id].label);
  EXPECT_EQ(preview->samples[0].size, (PictureSize{30, 60}));
  EXPECT_EQ(preview->samples[0].versions[1].epoch, 6);
  EXPECT_EQ(preview->samples[0].versions[1].picture.height_px, 20);
  EXPECT_THAT(preview->batch.ids, SizeIs(6));
  EXPECT_EQ(preview->steps_per_epoch, 3);

  const auto csv =
      ParseCsv(SamplesCsv(dataset.index, *preview), "samples.csv", {"id", "class", "epoch", "position", "transform", "parameter"});
  ASSERT_THAT(csv, IsOk());
  EXPECT_EQ(csv->Text(0, "epoch"), "5");
  EXPECT_EQ(csv->Text(0, "transform"), "random_resized_crop");
  EXPECT_EQ(csv->Text(0, "parameter"), "left_px");
  EXPECT_THAT(SamplesText(dataset.index, *preview), AllOf(HasSubstr(".png  60 x 30 pixels\n  epoch 5\n    random_resized_crop left_px="),
                                                          HasSubstr("\n    random_erasing left_px=")));
}

TEST_F(PreviewReportTest, AnEpochIsTheSameWhereverItIsShown) {
  const Experiment experiment = Parsed(kAugmented);
  const OpenedDataset dataset = Opened(experiment);
  PreviewOptions first, second;
  first.samples = second.samples = 20;
  first.versions = 3;
  second.versions = 1;
  second.epoch = 3;
  const ExperimentPreview a = PreviewExperiment(experiment, dataset, first).value(),
                          b = PreviewExperiment(experiment, dataset, second).value();
  EXPECT_THAT(a.samples, SizeIs(dataset.index.RecordsOf(Split::kTrain).size()));
  for (const PreviewSample& sample : a.samples) {
    const auto same = std::find_if(b.samples.begin(), b.samples.end(), [&](const PreviewSample& other) { return other.id == sample.id; });
    ASSERT_NE(same, b.samples.end());
    EXPECT_EQ(sample.versions[2].picture.pixels, same->versions[0].picture.pixels);
  }
  // The batch holds the same pictures, in the order of the epoch.
  for (size_t i = 0; i < b.batch.ids.size(); ++i) {
    const auto same =
        std::find_if(b.samples.begin(), b.samples.end(), [&](const PreviewSample& other) { return other.id == b.batch.ids[i]; });
    ASSERT_NE(same, b.samples.end());
    EXPECT_EQ(b.batch.pictures[i].pixels, same->versions[0].picture.pixels);
  }
}

TEST_F(PreviewReportTest, SaysWhatCropsLose) {
  const Experiment experiment = Parsed("train_transforms { resize { height_px: 20 width_px: 20 } }");
  const OpenedDataset dataset = Opened(experiment);
  const ExperimentPreview preview = PreviewExperiment(experiment, dataset, {}).value();
  EXPECT_THAT(CropLossCsv(preview.crop_losses), AllOf(HasSubstr(",0,0,0\neval_transforms,"), testing::EndsWith(",0.5,0.5,0.5\n")));
  for (const PreviewSample& sample : preview.samples) EXPECT_THAT(sample.versions, SizeIs(1));  // nothing is random
  EXPECT_THAT(PreviewText(dataset.index, preview),
              AllOf(StartsWith("The first of 8 training samples\n"), HasSubstr("50.0 %"),
                    HasSubstr("\nThe first batch of epoch 1: 6 samples of "), Not(HasSubstr("batch_mixing"))));
}

// Which is not at a fraction of their size, as JPEGs without a cache.
TEST_F(PreviewReportTest, AnExperimentWithACacheDecodesAsItTrains) {
  Experiment experiment = Parsed("train_transforms { resize { height_px: 10 width_px: 10 } }");
  Picture picture;
  picture.Reshape(80, 80, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * i / 97);
  const OpenedDataset dataset = Opened(experiment);
  for (const SampleFile& file : dataset.index.files) WriteTestFile(file.path, EncodeJpeg(picture, /*quality=*/90).value());
  const auto shown = [&] { return PreviewExperiment(experiment, dataset, {}).value().samples.at(0).versions.at(0).picture.pixels; };

  const Pixels reduced = shown();
  experiment.mutable_decode()->set_jpeg_reduction(false);
  const Pixels whole = shown();
  experiment.mutable_decode()->clear_jpeg_reduction();
  experiment.mutable_loader()->mutable_memory_cache();

  EXPECT_EQ(shown(), whole);
  EXPECT_NE(reduced, whole);
}

TEST_F(PreviewReportTest, OtherSplitsGetEvalTransforms) {
  const Experiment experiment = Parsed(kAugmented);
  const OpenedDataset dataset = Opened(experiment);
  PreviewOptions options;
  options.split = Split::kValidation;
  const ExperimentPreview preview = PreviewExperiment(experiment, dataset, options).value();
  ASSERT_THAT(preview.samples, SizeIs(dataset.index.RecordsOf(Split::kValidation).size()));
  // The middle of the gradient, which is not normalised.
  EXPECT_THAT(preview.samples[0].versions[0].picture.pixels, Each(AllOf(testing::Gt(60), testing::Lt(195))));
  EXPECT_THAT(preview.samples[0].versions[0].description, ElementsAre(StartsWith("resize "), StartsWith("center_crop ")));
}

TEST_F(PreviewReportTest, RandomEvalTransformsAreShownAsEveryEvaluationDrawsThem) {
  const Experiment experiment = Parsed(absl::StrCat(kAugmented, "eval_transforms { random_crop { size_px: 10 } }"));
  const OpenedDataset dataset = Opened(experiment);
  PreviewOptions options;
  options.split = Split::kValidation;
  options.epoch = 5;
  const ExperimentPreview preview = PreviewExperiment(experiment, dataset, options).value();
  PicturePipeline::Options as_evaluated;
  as_evaluated.stream = RngStream::kTestViews;
  as_evaluated.seed = experiment.seed();
  const auto pipeline =
      PicturePipeline::Create(dataset.index, experiment.decode(), {{&experiment.eval_transforms(), "eval_transforms"}}, as_evaluated);
  ASSERT_THAT(pipeline, IsOk());
  PipelineScratch scratch(**pipeline);
  std::vector<float> values((*pipeline)->output().values());
  for (const PreviewSample& sample : preview.samples) {
    ASSERT_THAT((*pipeline)->Prepare(dataset.index.records[sample.id], /*epoch=*/1, /*copy=*/0, &scratch, {values.data()}), IsOk());
    ASSERT_THAT(sample.versions, SizeIs(1));
    EXPECT_EQ(sample.versions[0].epoch, 1);
    EXPECT_EQ(sample.versions[0].description, scratch.drawn(0).Describe());
  }
}

TEST_F(PreviewReportTest, WritesPicturesThatCanBeRead) {
  const Experiment experiment = Parsed(kAugmented);
  const OpenedDataset dataset = Opened(experiment);
  const ExperimentPreview preview = PreviewExperiment(experiment, dataset, {}).value();
  const PreviewFiles files = MakePreviewFiles("x", dataset.index, preview, nullptr);
  ASSERT_THAT(WritePreview(folder_ + "/preview/x", files), IsOk());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/preview/x")) names.push_back(entry.path().filename());
  EXPECT_THAT(names, UnorderedElementsAre("samples.png", "samples.csv", "samples.txt", "batch.png", "batch.csv", "batch_labels.csv",
                                          "crop_loss.csv"));
  const DecodeResult samples = PictureDecoder().Decode(ReadFile(folder_ + "/preview/x/samples.png").value(), PictureFormat::kPng);
  ASSERT_TRUE(samples.picture.has_value());
  EXPECT_EQ(samples.picture->width_px, 2 * 12 + 5 * 180 + 4 * 10);
}

TEST_F(PreviewReportTest, ADroppedLastBatchLeavesNone) {
  Experiment experiment = Parsed(kAugmented);
  experiment.mutable_loader()->set_batch_size(21);
  experiment.mutable_loader()->set_drop_last(true);
  const OpenedDataset dataset = Opened(experiment);
  const ExperimentPreview preview = PreviewExperiment(experiment, dataset, {}).value();
  EXPECT_EQ(preview.steps_per_epoch, 0);
  EXPECT_THAT(preview.batch.ids, IsEmpty());
  for (const ReportFile& file : MakePreviewFiles("x", dataset.index, preview, nullptr).files)
    EXPECT_THAT(file.name, Not(HasSubstr("batch")));
}

TEST_F(PreviewReportTest, TransformsThatLeaveNoSizeAreRefusedAsInTraining) {
  const Experiment experiment = Parsed("train_transforms { horizontal_flip {} } train_transforms { resize { short_side_px: 9 } }");
  WriteTestFile(folder_ + "/tree/cat/10.png", Gradient(40, 30));
  const OpenedDataset dataset = Opened(experiment);
  EXPECT_THAT(PreviewExperiment(experiment, dataset, {}).status(), Fails(ExitCode::kConfig, HasSubstr("train_transforms")));
}

TEST_F(PreviewReportTest, ABrokenPictureIsNamed) {
  const Experiment experiment = Parsed(kAugmented);
  const OpenedDataset dataset = Opened(experiment);
  for (const SampleFile& file : dataset.index.files) WriteTestFile(file.path, Gradient(30, 60).substr(0, 60));
  EXPECT_THAT(PreviewExperiment(experiment, dataset, {}).status(), Fails(ExitCode::kData, HasSubstr(".png: ")));
}

TEST(ShortDescriptionTest, IsPlain) {
  EXPECT_EQ(ShortDescription({{0, "random_resized_crop", "left_px", "3"},
                              {0, "random_resized_crop", "area_fraction", "0.27263"},
                              {1, "horizontal_flip", "horizontal_flip", ""},
                              {2, "random_apply.color_jitter", "brightness", "1.23456"},
                              {2, "random_apply.color_jitter", "hue", "-0.02"},
                              {3, "random_rotation", "clockwise_degrees", "-14.3372"}}),
            "resized crop 27.3\u00a0%; horizontal flip; color jitter: brightness\u00a01.23, hue\u00a0-0.02; rotation: -14.3°");
  EXPECT_EQ(ShortDescription({}), "no change");
}

}  // namespace
}  // namespace mica
