#include "data/augment/transform_pipeline.h"

#include <glog/logging.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/allocation_counter.h"
#include "base/config/parse_text_or_die.h"
#include "base/error.h"
#include "base/testing/status_matchers.h"
#include "data/augment/transform_draws.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr PictureSize kPhoto = {37, 50};

TransformList ListOf(const std::vector<std::string>& transforms) {
  TransformList list;
  for (const std::string& transform : transforms) *list.Add() = ParseTextOrDie<TransformConfig>(transform);
  return list;
}

TransformPipeline PipelineOf(const std::vector<std::string>& transforms, int channels = 3) {
  return *CreateTransformPipeline(ListOf(transforms), "train_transforms", channels);
}

Picture Noise(PictureSize size, int channels = 3) {
  Picture picture;
  picture.Reshape(size.height_px, size.width_px, channels);
  std::mt19937 random(size.height_px * 1000 + size.width_px);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random() >> 24);
  return picture;
}

Picture CroppedTo(const PictureRegion& region, Picture picture) {
  PixelOpScratch scratch;
  RunPixelOps({CropOp{region}}, &picture, &scratch);
  return picture;
}

DrawnTransforms Drawn(const TransformPipeline& pipeline, PictureSize size, int64_t sample) {
  DrawnTransforms drawn;
  Rng rng(3, RngStream::kAugmentation, 1, sample);
  EXPECT_THAT(pipeline.Draw(size, &rng, &drawn), IsOk());
  return drawn;
}

// Only the crop is given, as the decoder gives it.
std::vector<float> Applied(const TransformPipeline& pipeline, const DrawnTransforms& drawn, const Picture& picture,
                           TransformScratch* scratch) {
  const Picture part = CroppedTo(drawn.crop(), picture);
  std::vector<float> output(drawn.output_size().pixels() * picture.channels);
  pipeline.Apply(drawn, part, {0, 0, 1. * part.width_px, 1. * part.height_px}, scratch, output.data());
  return output;
}

std::vector<float> Prepared(const std::vector<std::string>& transforms, const Picture& picture, int64_t sample = 0) {
  const TransformPipeline pipeline = PipelineOf(transforms, picture.channels);
  TransformScratch scratch;
  return Applied(pipeline, Drawn(pipeline, picture.size(), sample), picture, &scratch);
}

// All operations one after the other on the whole picture.
std::vector<float> OneAfterTheOther(const std::vector<std::string>& transforms, Picture picture, int64_t sample) {
  std::vector<PixelOp> ops;
  std::vector<PixelOpOrigin> origins;
  Rng rng(3, RngStream::kAugmentation, 1, sample);
  DrawState state{&rng, picture.size(), {}, &ops, &origins};
  for (const TransformConfig& transform : ListOf(transforms)) EXPECT_THAT(DrawTransform(transform, &state), IsOk());
  PixelOpScratch scratch;
  RunPixelOps(ops, &picture, &scratch);
  std::vector<float> output;
  for (const uint8_t value : picture.pixels) output.push_back(value / 255.f);
  return output;
}

std::vector<std::string> RandomList(std::mt19937* random) {
  static const std::vector<std::string> kTransforms = {
      "resize { short_side_px: 17 }",
      "resize { height_px: 21 width_px: 33 filter: BICUBIC }",
      "center_crop { height_px: 9 width_px: 14 }",
      "center_crop { size_px: 40 }",
      "random_resized_crop { size_px: 12 filter: LANCZOS }",
      "random_crop { size_px: 8 pad_if_needed: true }",
      "random_crop { size_px: 11 padding_px: 3 padding_mode: REFLECT pad_if_needed: true }",
      "horizontal_flip {}",
      "vertical_flip {}",
      "horizontal_flip {}",
      "resize { height_px: 24 width_px: 25 filter: NEAREST }",
      "color_jitter { brightness: 0.5 }",
      "random_apply { transforms { center_crop { size_px: 7 } } transforms { vertical_flip {} } }",
      "random_rotation { degrees: 20 }",
      "resize { height_px: 30 width_px: 20 fit: LETTERBOX fill: 9 }",
      "random_order { transforms { horizontal_flip {} } transforms { random_crop { size_px: 6 pad_if_needed: true } } }"};
  std::vector<std::string> list;
  for (int count = (*random)() % 6; count > 0; --count) list.push_back(kTransforms[(*random)() % kTransforms.size()]);
  return list;
}

TEST(TransformPipelineTest, ComposedEqualsOneAfterTheOther) {
  std::mt19937 random(1);
  int composed = 0;
  for (int i = 0; i < 600; ++i) {
    const std::vector<std::string> list = RandomList(&random);
    const PictureSize size = {1 + static_cast<int>(random() % 40), 1 + static_cast<int>(random() % 60)};
    const Picture picture = Noise(size, random() % 4 == 0 ? 1 : 3);
    ASSERT_EQ(Prepared(list, picture, i), OneAfterTheOther(list, picture, i))
        << testing::PrintToString(list) << size.height_px << "x" << size.width_px;
    composed += Drawn(PipelineOf(list, picture.channels), size, i).crop().size() != size;
  }
  EXPECT_GT(composed, 150);
}

// The decoder may give more than the crop.
TEST(TransformPipelineTest, PixelsAroundTheCropDoNotCount) {
  const std::vector<std::string> list = {"random_resized_crop { size_px: 9 filter: LANCZOS }", "horizontal_flip {}"};
  const TransformPipeline pipeline = PipelineOf(list);
  const Picture picture = Noise(kPhoto);
  TransformScratch scratch;
  for (int sample = 0; sample < 20; ++sample) {
    const DrawnTransforms drawn = Drawn(pipeline, kPhoto, sample);
    std::vector<float> output(9 * 9 * 3);
    const PictureRegion crop = drawn.crop();
    pipeline.Apply(drawn, picture, {1. * crop.left_px, 1. * crop.top_px, 1. * crop.width_px, 1. * crop.height_px}, &scratch, output.data());
    EXPECT_EQ(output, Applied(pipeline, drawn, picture, &scratch));
  }
}

Picture Gradient(PictureSize size) {
  Picture picture;
  picture.Reshape(size.height_px, size.width_px, 1);
  for (int32_t y = 0; y < size.height_px; ++y) {
    for (int32_t x = 0; x < size.width_px; ++x) picture.Row(y)[x] = static_cast<uint8_t>(std::lround(20 + 0.5 * x + y));
  }
  return picture;
}

Picture Halved(const Picture& picture) {
  Picture halved;
  halved.Reshape(picture.height_px / 2, picture.width_px / 2, 1);
  for (int32_t y = 0; y < halved.height_px; ++y) {
    for (int32_t x = 0; x < halved.width_px; ++x) {
      const auto sum = [&](int32_t row) { return picture.Row(row)[2 * x] + picture.Row(row)[2 * x + 1]; };
      halved.Row(y)[x] = static_cast<uint8_t>((sum(2 * y) + sum(2 * y + 1) + 2) / 4);
    }
  }
  return halved;
}

// A gradient stays one whatever the place, so that a shift by a pixel would show.
TEST(TransformPipelineTest, PixelsMayBeReducedInDecoding) {
  const PictureSize size = {120, 200};
  const Picture picture = Gradient(size), halved = Halved(picture);
  for (const std::vector<std::string>& list : std::vector<std::vector<std::string>>{
           {"random_resized_crop { size_px: 12 min_scale: 0.5 }", "horizontal_flip {}"},
           {"resize { short_side_px: 40 }", "center_crop { height_px: 13 width_px: 17 }", "vertical_flip {}"},
           {"resize { short_side_px: 60 filter: LANCZOS }", "random_crop { height_px: 60 width_px: 20 }"},
           {"resize { height_px: 37 width_px: 59 filter: BOX }", "random_crop { size_px: 5 }", "horizontal_flip {}"},
           {"resize { height_px: 20 width_px: 33 filter: BICUBIC }"}}) {
    const TransformPipeline pipeline = PipelineOf(list, 1);
    TransformScratch scratch;
    for (int sample = 0; sample < 20; ++sample) {
      const DrawnTransforms drawn = Drawn(pipeline, size, sample);
      const PictureRegion crop = drawn.crop();
      EXPECT_GE(crop.width_px / 2, drawn.resized().width_px);
      EXPECT_GE(crop.height_px / 2, drawn.resized().height_px);
      std::vector<float> reduced(drawn.output_size().pixels());
      pipeline.Apply(drawn, halved, {0.5 * crop.left_px, 0.5 * crop.top_px, 0.5 * crop.width_px, 0.5 * crop.height_px}, &scratch,
                     reduced.data());
      EXPECT_THAT(reduced, testing::Pointwise(testing::FloatNear(1.01f / 255), Applied(pipeline, drawn, picture, &scratch)));
    }
  }
}

// Averages are not among the pixels that these filters choose or interpolate.
TEST(TransformPipelineTest, FiltersWithoutAveragesSeeAllPixels) {
  const PictureSize size = {120, 200};
  for (const char* const filter : {"filter: NEAREST", "antialias: false", "filter: BICUBIC antialias: false"}) {
    const std::string part = absl::StrCat("random_resized_crop { size_px: 4 min_scale: 0.5 ", filter, " }");
    const std::string resize = absl::StrCat("resize { height_px: 10 width_px: 20 ", filter, " }");
    for (const std::vector<std::string>& list :
         std::vector<std::vector<std::string>>{{part, "horizontal_flip {}"}, {resize}, {resize, "center_crop { size_px: 6 }"}}) {
      const DrawnTransforms drawn = Drawn(PipelineOf(list), size, 0);
      EXPECT_EQ(drawn.resized(), drawn.crop().size()) << testing::PrintToString(list);
    }
  }
  // Columns 20 to 29 of 50 lie at 4 * 20.5 - 0.5 = 81.5 to 117.5, rows 15 to 24 of 40 at 46 to 73,
  // with a neighbour below that counts nothing.
  EXPECT_EQ(Drawn(PipelineOf({"resize { height_px: 40 width_px: 50 antialias: false }", "center_crop { size_px: 10 }"}), size, 0).crop(),
            (PictureRegion{81, 46, 38, 29}));
}

TEST(TransformPipelineTest, TheUsualListsAreOneFetch) {
  const DrawnTransforms train = Drawn(PipelineOf({"random_resized_crop { size_px: 24 }", "horizontal_flip {}"}), {375, 500}, 0);
  EXPECT_LT(train.crop().size().pixels(), 375 * 500);
  EXPECT_EQ(train.resized(), PictureSize({24, 24}));
  const DrawnTransforms evaluation = Drawn(PipelineOf({"resize { short_side_px: 256 }", "center_crop { size_px: 224 }"}), {375, 500}, 0);
  // 224 of 1.465 pixels, and what the filter sees around them.
  EXPECT_EQ(evaluation.crop(), (PictureRegion{84, 23, 330, 329}));
  EXPECT_EQ(evaluation.resized(), PictureSize({329, 330}));
  EXPECT_NEAR(evaluation.kept_area(), 1. * 224 * 224 / (256 * 341), 1e-9);
  EXPECT_EQ(evaluation.output_size(), PictureSize({224, 224}));
  const DrawnTransforms crop_first = Drawn(PipelineOf({"center_crop { size_px: 100 }", "resize { short_side_px: 50 }"}), {375, 500}, 0);
  EXPECT_EQ(crop_first.crop(), (PictureRegion{200, 138, 100, 100}));
  EXPECT_EQ(crop_first.resized(), PictureSize({50, 50}));
  const DrawnTransforms none = Drawn(PipelineOf({}), kPhoto, 0);
  EXPECT_EQ(none.crop(), PictureRegion::Whole(kPhoto));
  EXPECT_EQ(none.resized(), kPhoto);
}

TEST(TransformPipelineTest, ReplaysWhateverWasDoneBefore) {
  const std::vector<std::string> list = {
      "random_resized_crop { size_px: 16 }",
      "color_jitter { brightness: 0.4 contrast: 0.4 saturation: 0.4 hue: 0.1 }",
      "one_of { transforms { rand_augment {} } transforms { aug_mix {} } transforms { gaussian_blur { kernel_px: 5 } } }",
      "random_perspective {}",
      "normalize { mean: 0.5 std: 0.5 }",
      "random_erasing { noise: true }"};
  const TransformPipeline pipeline = PipelineOf(list);
  DrawnTransforms used_drawn;
  TransformScratch used_scratch;
  for (int sample = 0; sample < 60; ++sample) {
    const PictureSize size = {20 + sample * 7 % 31, 20 + sample * 11 % 43};
    const Picture picture = Noise(size);
    Rng rng(3, RngStream::kAugmentation, 1, sample);
    ASSERT_THAT(pipeline.Draw(size, &rng, &used_drawn), IsOk());
    TransformScratch fresh;
    EXPECT_EQ(Applied(pipeline, used_drawn, picture, &used_scratch), Applied(pipeline, Drawn(pipeline, size, sample), picture, &fresh));
  }
  EXPECT_NE(Prepared(list, Noise(kPhoto), 0), Prepared(list, Noise(kPhoto), 1));
}

TEST(TransformPipelineTest, AllocatesNothingOnceWarm) {
  const Picture photo = Noise({75, 100});
  for (const std::vector<std::string>& list : std::vector<std::vector<std::string>>{
           {"random_resized_crop { size_px: 24 }", "horizontal_flip {}", "normalize { mean: 0.5 std: 0.5 }",
            "random_erasing { noise: true }"},
           {"resize { short_side_px: 30 filter: BICUBIC }", "center_crop { size_px: 24 }", "normalize { mean: 0.5 std: 0.5 }"},
           {"random_crop { size_px: 90 padding_px: 30 padding_mode: REFLECT }", "vertical_flip {}", "random_rotation { degrees: 50 }",
            "random_perspective {}", "gaussian_blur { kernel_px: 7 }", "color_jitter { brightness: 1 contrast: 1 saturation: 1 hue: 0.5 }"},
           {"one_of { transforms { rand_augment {} } transforms { trivial_augment_wide {} } transforms { auto_augment {} } }",
            "random_order { transforms { aug_mix { chain_depth: 3 } } transforms { resize { height_px: 20 width_px: 20 } } }"}}) {
    const TransformPipeline pipeline = PipelineOf(list);
    DrawnTransforms drawn;
    TransformScratch scratch;
    std::vector<float> output(100 * 100 * 3);
    const auto epoch = [&] {
      for (int sample = 0; sample < 100; ++sample) {
        Rng rng(3, RngStream::kAugmentation, 1, sample);
        CHECK(pipeline.Draw({75, 100}, &rng, &drawn).ok());
        const PictureRegion crop = drawn.crop();
        pipeline.Apply(drawn, photo, {1. * crop.left_px, 1. * crop.top_px, 1. * crop.width_px, 1. * crop.height_px}, &scratch,
                       output.data());
      }
    };
    // Steps exchange their pictures' memory, so each must have held the largest.
    for (int i = 0; i < 3; ++i) epoch();
    const int64_t before = CountAllocations().cpp;
    epoch();
    EXPECT_EQ(CountAllocations().cpp, before) << list[0];
  }
}

TEST(TransformPipelineTest, AnyPictureGoesThroughAnyTransform) {
  for (const PictureSize size : {PictureSize{1, 1}, PictureSize{1, 3000}, PictureSize{3000, 1}, PictureSize{2, 2}}) {
    for (const int channels : {1, 3}) {
      for (const char* const transform : {"resize { short_side_px: 20 }",
                                          "resize { height_px: 30 width_px: 20 fit: LETTERBOX }",
                                          "center_crop { size_px: 33 }",
                                          "random_resized_crop { size_px: 33 }",
                                          "random_crop { size_px: 5 pad_if_needed: true padding_mode: SYMMETRIC }",
                                          "random_crop { size_px: 9 padding_px: 20 padding_mode: REFLECT }",
                                          "random_rotation { degrees: 180 }",
                                          "random_affine { degrees: 90 max_scale: 3 shear_x_degrees: 80 filter: BILINEAR }",
                                          "random_perspective { probability: 1 }",
                                          "color_jitter { brightness: 1 contrast: 1 saturation: 1 hue: 0.5 }",
                                          "grayscale { probability: 1 }",
                                          "gaussian_blur { kernel_px: 23 }",
                                          "auto_contrast { probability: 1 }",
                                          "equalize { probability: 1 }",
                                          "adjust_sharpness { factor: 3 probability: 1 }",
                                          "rand_augment { num_ops: 5 }",
                                          "trivial_augment_wide {}",
                                          "auto_augment {}",
                                          "aug_mix {}",
                                          "random_erasing { probability: 1 }",
                                          "cutout { size_px: 100 }"}) {
        for (int sample = 0; sample < 5; ++sample) {
          const std::vector<float> values = Prepared({transform}, Noise(size, channels), sample);
          EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](float value) { return value >= 0 && value <= 1; })) << transform;
        }
      }
    }
  }
}

TEST(TransformPipelineTest, NormalizesEachChannel) {
  Picture picture;
  picture.Reshape(1, 2, 3);
  picture.pixels = {0, 51, 255, 255, 51, 0};
  const std::vector<std::string> list = {"normalize { mean: [0, 0.2, 0.5] std: [1, 0.5, 0.25] }"};
  EXPECT_THAT(Prepared(list, picture), testing::Pointwise(testing::FloatNear(1e-6f), {0.f, 0.f, 2.f, 1.f, 0.f, -2.f}));
  EXPECT_THAT(PipelineOf(list).mean(), ElementsAre(0, 0.2f, 0.5f));
  EXPECT_THAT(PipelineOf(list).std(), ElementsAre(1, 0.5f, 0.25f));
  EXPECT_THAT(PipelineOf({"normalize { mean: 0.5 std: 0.25 }"}).mean(), ElementsAre(0.5f, 0.5f, 0.5f));
  EXPECT_THAT(PipelineOf({}).std(), ElementsAre(1, 1, 1));
}

TEST(TransformPipelineTest, ErasesBeforeAndBehindNormalize) {
  const std::string erase = "random_erasing { probability: 1 min_scale: 0.1 max_scale: 0.3 ";
  const auto share = [](const std::vector<float>& values, float value) {
    return 1. * std::count(values.begin(), values.end(), value) / values.size();
  };
  const std::vector<float> before = Prepared({erase + "value: 1 }", "normalize { mean: 0.5 std: 0.25 }"}, Noise(kPhoto));
  EXPECT_GT(share(before, 2), 0.09);
  const std::vector<float> behind = Prepared({"normalize { mean: 0.5 std: 0.25 }", erase + "value: [7, 7, 7] }"}, Noise(kPhoto));
  EXPECT_GT(share(behind, 7), 0.09);
  EXPECT_LT(share(behind, 7), 0.31);
}

// Grey noise of mean 0 and deviation 1 in a picture whose values are all 1.
TEST(TransformPipelineTest, NoiseIsNormal) {
  Picture white;
  white.Reshape(100, 100, 3);
  std::fill(white.pixels.begin(), white.pixels.end(), 255);
  const std::vector<std::string> list = {"normalize { mean: 0 std: 1 }", "random_erasing { probability: 1 min_scale: 0.3 noise: true }"};
  double sum = 0, squares = 0, count = 0;
  for (const float value : Prepared(list, white)) {
    if (value == 1) continue;
    sum += value;
    squares += value * value;
    ++count;
  }
  EXPECT_GT(count, 8000);
  EXPECT_NEAR(sum / count, 0, 0.05);
  EXPECT_NEAR(squares / count, 1, 0.06);
  EXPECT_NE(Prepared(list, white, 0), Prepared(list, white, 1));
}

TEST(TransformPipelineTest, PixelsAreWhatNormalizeGets) {
  const std::vector<std::string> list = {"random_resized_crop { size_px: 16 }", "invert {}",
                                         "normalize { mean: [0.4, 0.5, 0.6] std: [0.2, 0.3, 0.4] }"};
  const TransformPipeline pipeline = PipelineOf(list);
  EXPECT_TRUE(pipeline.ends_with_normalize());
  EXPECT_TRUE(pipeline.is_random());
  const DrawnTransforms drawn = Drawn(pipeline, kPhoto, 5);
  const Picture part = CroppedTo(drawn.crop(), Noise(kPhoto));
  TransformScratch scratch;
  std::vector<uint8_t> pixels(16 * 16 * 3);
  pipeline.ApplyToPixels(drawn, part, {0, 0, 1. * part.width_px, 1. * part.height_px}, &scratch, pixels.data());
  const std::vector<float> floats = Applied(pipeline, drawn, Noise(kPhoto), &scratch);
  for (size_t i = 0; i < floats.size(); ++i) {
    ASSERT_NEAR(floats[i], (pixels[i] / 255.f - pipeline.mean()[i % 3]) / pipeline.std()[i % 3], 1e-6);
  }
}

TEST(TransformPipelineTest, PixelsShowWhatIsErasedBehindNormalize) {
  const TransformPipeline pipeline = PipelineOf({"normalize { mean: 0.6 std: 0.5 }", "cutout { size_px: 200 value: -0.4 }"});
  EXPECT_FALSE(pipeline.ends_with_normalize());
  const DrawnTransforms drawn = Drawn(pipeline, kPhoto, 5);
  TransformScratch scratch;
  std::vector<uint8_t> pixels(kPhoto.pixels() * 3);
  pipeline.ApplyToPixels(drawn, Noise(kPhoto), {0, 0, 50, 37}, &scratch, pixels.data());
  EXPECT_THAT(pixels, Each(102));  // 255 * (0.6 - 0.4 * 0.5)
}

TEST(TransformPipelineTest, SaysWhatMakesSizesEqual) {
  EXPECT_EQ(*PipelineOf({"resize { short_side_px: 256 }", "center_crop { size_px: 224 }"}).OutputSize(std::nullopt),
            PictureSize({224, 224}));
  EXPECT_EQ(*PipelineOf({}).OutputSize(kPhoto), kPhoto);
  EXPECT_THAT(PipelineOf({"resize { short_side_px: 256 }"}).OutputSize(std::nullopt),
              Fails(ExitCode::kConfig,
                    AllOf(StartsWith("train_transforms leaves pictures of different sizes"), HasSubstr("center_crop { size_px: 224 }"))));
  EXPECT_THAT(PipelineOf({}).OutputSize(std::nullopt),
              Fails(ExitCode::kConfig, StartsWith("train_transforms is empty, but pictures differ in size")));
  EXPECT_THAT(PipelineOf({"random_crop { size_px: 99 }"}).OutputSize(kPhoto),
              Fails(ExitCode::kConfig, HasSubstr("train_transforms[0].random_crop")));
}

TEST(TransformPipelineTest, RefusesColoursForGreyPictures) {
  const TransformList list = ListOf(
      {"random_apply { transforms { random_rotation { degrees: 5 fill: [1, 2, 3] } } }", "normalize { mean: [0.4, 0.5, 0.6] std: 0.5 }"});
  const absl::Status status = CreateTransformPipeline(list, "t", 1).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kConfig);
  EXPECT_THAT(FieldsOf(status), ElementsAre("t[0].random_apply.transforms[0].random_rotation.fill", "t[1].normalize.mean"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("t[1].normalize.mean has 3 values, but the pictures are grey: give one"));
  EXPECT_THAT(CreateTransformPipeline(list, "t", 3).status(), IsOk());
}

TEST(TransformPipelineTest, RefusesPicturesThatWouldBecomeTooLarge) {
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  DrawnTransforms drawn;
  EXPECT_THAT(PipelineOf({"resize { short_side_px: 256 }", "invert { probability: 1 }", "center_crop { size_px: 9 }"})
                  .Draw({1, 50000}, &rng, &drawn),
              Fails(ExitCode::kData, StartsWith("train_transforms[0].resize makes 256 x 12800000 pixels (height x width) of it; "
                                                "at most 89478485 are allowed on the way; put a crop behind it, lower its size")));
  EXPECT_THAT(PipelineOf({"resize { short_side_px: 65500 }", "resize { short_side_px: 65500 }"}).Draw({1, 80000000}, &rng, &drawn),
              Fails(ExitCode::kData, StartsWith("train_transforms[0].resize makes 65500 x 1073741824 pixels")));
  // Only the window is made.
  EXPECT_THAT(Prepared({"resize { short_side_px: 256 }", "center_crop { size_px: 9 }"}, Noise({1, 50000})), testing::SizeIs(9 * 9 * 3));
}

TEST(TransformPipelineTest, NamesTheTransformThatAPictureDoesNotFit) {
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  DrawnTransforms drawn;
  // A flip changes no size, though the fetch does it with the resize.
  for (const char* const behind : {"horizontal_flip { probability: 1 }", "invert { probability: 1 }"}) {
    EXPECT_THAT(PipelineOf({"horizontal_flip { probability: 1 }", "resize { short_side_px: 256 }", behind}).Draw({1, 50000}, &rng, &drawn),
                Fails(ExitCode::kData, StartsWith("train_transforms[1].resize makes 256 x 12800000 pixels")));
  }
  const std::string inner = "random_apply { probability: 1 transforms { invert {} } transforms { random_order { transforms {";
  EXPECT_THAT(PipelineOf({inner + "resize { short_side_px: 256 } } } } }"}).Draw({1, 50000}, &rng, &drawn),
              Fails(ExitCode::kData, StartsWith("train_transforms[0].random_apply.transforms[1].random_order.transforms[0].resize makes")));
  EXPECT_THAT(
      PipelineOf({"invert {}", inner + "random_crop { size_px: 9 } } } } }"}).Draw({8, 8}, &rng, &drawn),
      Fails(ExitCode::kData,
            StartsWith("train_transforms[1].random_apply.transforms[1].random_order.transforms[0].random_crop takes 9 x 9 pixels")));
}

TEST(TransformPipelineTest, DescribesWhatWasDrawn) {
  const TransformPipeline pipeline = PipelineOf(
      {"random_resized_crop { size_px: 24 }", "horizontal_flip { probability: 0 }", "vertical_flip { probability: 1 }",
       "random_apply { probability: 1 transforms { color_jitter { brightness: 0.4 } } transforms { invert { probability: 1 } } }",
       "normalize { mean: 0.5 std: 0.5 }", "random_erasing { probability: 1 }"});
  const DrawnTransforms drawn = Drawn(pipeline, kPhoto, 1);
  EXPECT_THAT(drawn.Describe(),
              ElementsAre(AllOf(StartsWith("random_resized_crop left_px="), HasSubstr("area_fraction=0."), HasSubstr("to_width_px=24")),
                          "horizontal_flip: no change", "vertical_flip",
                          AllOf(StartsWith("random_apply color_jitter brightness="), testing::EndsWith(" invert")), "normalize",
                          StartsWith("random_erasing left_px=")));
  std::vector<std::string> names;
  for (const DrawnParameter& line : drawn.Parameters())
    names.push_back(absl::StrCat(line.position, " ", line.transform, " ", line.parameter));
  EXPECT_THAT(names, testing::IsSupersetOf({"0 random_resized_crop left_px", "2 vertical_flip vertical_flip",
                                            "3 random_apply.color_jitter brightness", "5 random_erasing height_px"}));
  EXPECT_THAT(DrawnTransforms().Describe(), testing::IsEmpty());
}

}  // namespace
}  // namespace mica
