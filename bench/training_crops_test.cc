#include "bench/training_crops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "bench/picture_tree.h"
#include "data/decode/picture_decoder.h"

namespace mica {
namespace {

using ::testing::SizeIs;

DatasetIndex MakePictures(const std::string& name, int64_t pictures) {
  const std::string tree = MakeTestFolder(name) + "/tree";
  PictureTreeSpec spec;
  spec.classes = 2;
  spec.pictures = spec.different = pictures;
  spec.half_colours = true;
  EXPECT_THAT(MakePictureTree(tree, spec), IsOk());
  return *ListPictures(tree);
}

struct Line {
  int first;
  std::vector<double> weights;
};

// Pillow's triangle filter along a side, as its Resample.c says, in floating point.
std::vector<Line> Lines(int from, int to) {
  const double scale = static_cast<double>(from) / to, support = std::max(scale, 1.0);
  std::vector<Line> lines;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    Line line = {std::max(0, static_cast<int>(centre - support + 0.5)), {}};
    const int end = std::min(from, static_cast<int>(centre + support + 0.5));
    double sum = 0;
    for (int x = line.first; x < end; ++x) sum += line.weights.emplace_back(std::max(0.0, 1 - std::abs((x - centre + 0.5) / support)));
    for (double& weight : line.weights) weight /= sum;
    lines.push_back(line);
  }
  return lines;
}

double Rounded(double value) {
  return std::floor(std::clamp(value, 0.0, 255.0) + 0.5);
}

// [224, 224, 3]
std::vector<double> Scaled(const Picture& picture, const PictureRegion& crop) {
  const std::vector<Line> columns = Lines(crop.width_px, kCropSide), rows = Lines(crop.height_px, kCropSide);
  std::vector<double> wide(static_cast<size_t>(crop.height_px) * kCropSide * 3), result;
  for (size_t i = 0; i < wide.size(); ++i) {
    const Line& line = columns[i / 3 % kCropSide];
    const uint8_t* const pixel = picture.Row(crop.top_px + static_cast<int>(i / 3 / kCropSide)) + 3 * (crop.left_px + line.first) + i % 3;
    double sum = 0;
    for (size_t k = 0; k < line.weights.size(); ++k) sum += line.weights[k] * pixel[3 * k];
    wide[i] = Rounded(sum);
  }
  for (int i = 0; i < kCropSide * kCropSide * 3; ++i) {
    const Line& line = rows[i / 3 / kCropSide];
    double sum = 0;
    for (size_t k = 0; k < line.weights.size(); ++k) sum += line.weights[k] * wide[(line.first + k) * kCropSide * 3 + i % (kCropSide * 3)];
    result.push_back(Rounded(sum));
  }
  return result;
}

bool IsFlipped(const DrawnTransforms& drawn) {
  const std::vector<DrawnParameter> parameters = drawn.Parameters();
  return std::any_of(parameters.begin(), parameters.end(), [](const auto& parameter) { return parameter.transform == "horizontal_flip"; });
}

// The pipeline decodes parts and scales them in whole numbers; here the whole picture is decoded.
TEST(TrainingCropsTest, PixelsAreThoseOfTheWholePictureCroppedAndScaled) {
  const DatasetIndex index = MakePictures("training_crops", 6);
  const auto pipeline = CropPipeline(index);
  ASSERT_THAT(pipeline, IsOk());
  PipelineScratch scratch(**pipeline);
  std::vector<uint8_t> pixels(kCropSide * kCropSide * 3);
  int flips = 0;
  for (const ImageRecord& record : index.records) {
    ASSERT_THAT((*pipeline)->PrepareBytes(record, /*epoch=*/1, /*copy=*/0, &scratch, {pixels.data()}), IsOk());
    Picture whole;
    ASSERT_THAT(PictureDecoder().Decode(*ReadFile(index.PathOf(record)), PictureFormat::kJpeg, &whole), testing::IsEmpty());
    const std::vector<double> expected = Scaled(whole, scratch.drawn(0).crop());
    const bool is_flipped = IsFlipped(scratch.drawn(0));
    flips += is_flipped;
    for (int i = 0; i < kCropSide * kCropSide * 3; ++i) {
      const int column = i / 3 % kCropSide;
      const int source = is_flipped ? i + 3 * (kCropSide - 1 - 2 * column) : i;
      ASSERT_NEAR(pixels[i], expected[source], 1) << record.id << " " << i;
    }
  }
  EXPECT_GT(flips, 0);
  EXPECT_LT(flips, 6);
}

TEST(TrainingCropsTest, AFolderWithoutPicturesIsAnError) {
  EXPECT_FALSE(ListPictures(MakeTestFolder("no_crops")).ok());
}

TEST(TrainingCropsTest, EveryPictureIsForTraining) {
  EXPECT_THAT(MakePictures("all_train", 10).RecordsOf(Split::kTrain), SizeIs(10));
}

}  // namespace
}  // namespace mica
