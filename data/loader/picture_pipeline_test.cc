#include "data/loader/picture_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/allocation_counter.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/augment/transform.pb.h"
#include "data/decode/picture_encoder.h"
#include "data/loader/memory_cache.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// A photograph's worth of shades.
Picture Shades(int32_t height, int32_t width, int seed) {
  Picture picture;
  picture.Reshape(height, width, 3);
  for (int32_t y = 0; y < height; ++y) {
    for (int32_t x = 0; x < 3 * width; ++x) {
      picture.Row(y)[x] = static_cast<uint8_t>(128 + 100 * std::sin(0.11 * x + 0.07 * y + seed) * std::cos(0.05 * y + x % 3));
    }
  }
  return picture;
}

std::string Ppm(const Picture& picture) {
  return absl::StrCat("P6 ", picture.width_px, " ", picture.height_px, " 255\n",
                      absl::string_view(reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()));
}

std::string Jpeg(const Picture& picture) {
  return EncodeJpeg(picture, /*quality=*/90).value();
}

std::string Planes(const Picture& picture) {
  std::string planes;
  for (int channel = 0; channel < 3; ++channel) {
    for (size_t i = channel; i < picture.pixels.size(); i += 3) planes += static_cast<char>(picture.pixels[i]);
  }
  return planes;
}

TransformList List(const std::string& text) {
  TransformList list;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('|', begin), text.size());
    *list.Add() = ParseTextOrDie<TransformConfig>(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

constexpr char kCropFlipNormalize[] =
    "random_resized_crop { size_px: 24 } | horizontal_flip {} | "
    "normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] }";

// Pictures of several sizes: PPM and JPEG files.
class PicturePipelineTest : public testing::Test {
 protected:
  PicturePipelineTest() {
    for (int i = 0; i < 4; ++i) {
      const Picture picture = Shades(60 + 13 * i, 90 - 9 * i, i);
      AddFile(absl::StrCat(i, ".ppm"), Ppm(picture));
      AddFile(absl::StrCat(i, ".jpg"), Jpeg(picture));
    }
  }

  const ImageRecord& AddFile(const std::string& name, absl::string_view bytes) {
    WriteTestFile(folder_ + "/" + name, bytes);
    ImageRecord record;
    record.id = static_cast<int64_t>(index_.records.size());
    record.file = static_cast<int32_t>(index_.files.size());
    index_.files.emplace_back().path = folder_ + "/" + name;
    index_.records.push_back(record);
    return index_.records.back();
  }

  std::shared_ptr<const PicturePipeline> Make(const std::vector<std::string>& views, const std::string& decode = "jpeg_reduction: false",
                                              std::shared_ptr<DecodedPictures> cache = nullptr, uint64_t seed = 5) {
    std::vector<TransformList> lists;
    for (const std::string& view : views) lists.push_back(List(view));
    std::vector<ViewTransforms> transforms;
    for (const TransformList& list : lists) transforms.push_back({&list, "train_transforms"});
    PicturePipeline::Options options;
    options.seed = seed;
    options.cache = std::move(cache);
    return PicturePipeline::Create(index_, ParseTextOrDie<DecodeConfig>(decode), transforms, options).value();
  }

  // The views of a sample, one behind the other.
  static std::vector<float> Prepare(const PicturePipeline& pipeline, const ImageRecord& record, PipelineScratch* scratch, int64_t epoch = 1,
                                    int64_t copy = 0) {
    std::vector<float> values(pipeline.views() * pipeline.output().values());
    std::vector<float*> outputs;
    for (int i = 0; i < pipeline.views(); ++i) outputs.push_back(values.data() + i * pipeline.output().values());
    EXPECT_THAT(pipeline.Prepare(record, epoch, copy, scratch, outputs), IsOk());
    return values;
  }

  std::vector<float> PrepareAfresh(const PicturePipeline& pipeline, const ImageRecord& record, int64_t epoch = 1, int64_t copy = 0) {
    PipelineScratch scratch(pipeline);
    return Prepare(pipeline, record, &scratch, epoch, copy);
  }

  const std::string folder_ = MakeTestFolder("picture_pipeline");
  DatasetIndex index_;
};

// What it is for: the same as decoding the whole picture and then doing one thing after the other.
TEST_F(PicturePipelineTest, DecodingAPartGivesWhatTheWholePictureGives) {
  const auto pipeline = Make({kCropFlipNormalize});
  PipelineScratch scratch(*pipeline);
  TransformScratch transform_scratch;
  DrawnTransforms drawn;
  for (const ImageRecord& record : index_.records) {
    for (int64_t epoch = 1; epoch <= 5; ++epoch) {
      const std::vector<float> values = Prepare(*pipeline, record, &scratch, epoch);

      PicturePart whole;
      ASSERT_THAT(pipeline->Decode(record, &scratch, &whole), IsOk());
      Rng rng(5, RngStream::kAugmentation, epoch, record.id);
      ASSERT_THAT(pipeline->view(0).Draw({whole.pixels.height_px, whole.pixels.width_px}, &rng, &drawn), IsOk());
      const PictureRegion crop = drawn.crop();
      std::vector<float> expected(values.size());
      pipeline->view(0).Apply(drawn, whole.pixels,
                              {static_cast<double>(crop.left_px), static_cast<double>(crop.top_px), static_cast<double>(crop.width_px),
                               static_cast<double>(crop.height_px)},
                              &transform_scratch, expected.data());
      ASSERT_EQ(values, expected) << index_.PathOf(record) << " epoch " << epoch;
      EXPECT_EQ(scratch.size(), (PictureSize{whole.pixels.height_px, whole.pixels.width_px}));
      EXPECT_EQ(scratch.drawn(0).crop(), crop);
    }
  }
}

TEST_F(PicturePipelineTest, ASampleDoesNotDependOnWhatWasPreparedBefore) {
  const auto pipeline = Make({kCropFlipNormalize});
  PipelineScratch scratch(*pipeline);
  for (int round = 0; round < 2; ++round) {
    for (const ImageRecord& record : index_.records) EXPECT_EQ(Prepare(*pipeline, record, &scratch), PrepareAfresh(*pipeline, record));
  }
}

TEST_F(PicturePipelineTest, DrawsDifferBySeedEpochIdAndCopy) {
  const auto pipeline = Make({kCropFlipNormalize}), other_seed = Make({kCropFlipNormalize}, "jpeg_reduction: false", nullptr, /*seed=*/6);
  const ImageRecord& record = index_.records[1];
  const std::vector<float> values = PrepareAfresh(*pipeline, record);

  EXPECT_EQ(PrepareAfresh(*pipeline, record), values);
  EXPECT_NE(PrepareAfresh(*pipeline, record, /*epoch=*/2), values);
  EXPECT_NE(PrepareAfresh(*pipeline, record, /*epoch=*/1, /*copy=*/1), values);
  EXPECT_NE(PrepareAfresh(*other_seed, record), values);
}

TEST_F(PicturePipelineTest, ViewsShareOneDecodingAndNothingElse) {
  const std::string weak = "random_resized_crop { size_px: 16 min_scale: 0.5 }", strong = "random_resized_crop { size_px: 16 } | invert {}";
  const auto both = Make({weak, strong}), weak_alone = Make({weak}), strong_alone = Make({strong});
  ASSERT_EQ(both->output(), (ImageShape{3, 16, 16}));

  for (const ImageRecord& record : index_.records) {
    // Copy c of view v draws as copy 2 c + v of a view alone.
    std::vector<float> expected = PrepareAfresh(*weak_alone, record, 1, /*copy=*/2);
    const std::vector<float> second = PrepareAfresh(*strong_alone, record, 1, /*copy=*/3);
    expected.insert(expected.end(), second.begin(), second.end());
    EXPECT_EQ(PrepareAfresh(*both, record, 1, /*copy=*/1), expected) << index_.PathOf(record);
  }
}

TEST_F(PicturePipelineTest, ViewsOfOnePictureAreReducedNoMoreThanTheyAreScaled) {
  AddFile("large.jpg", Jpeg(Shades(400, 400, 1)));
  const std::string small = "resize { height_px: 20 width_px: 20 }", cropped = "center_crop { size_px: 20 }";
  const auto both = Make({small, cropped}, ""), exact = Make({cropped}, "jpeg_reduction: false");

  const std::vector<float> values = PrepareAfresh(*both, index_.records.back());

  const std::vector<float> second(values.begin() + both->output().values(), values.end());
  EXPECT_EQ(second, PrepareAfresh(*exact, index_.records.back()));
}

TEST_F(PicturePipelineTest, PackedPixelsGoTheSameWay) {
  const Picture picture = Shades(30, 40, 3);
  const ImageRecord file = AddFile("same.ppm", Ppm(picture));
  ImageRecord packed = file;
  packed.file = static_cast<int32_t>(index_.files.size());
  packed.length = 3600;
  index_.files.push_back({"packed", std::make_shared<const std::string>(Planes(picture)), ImageShape{3, 30, 40}, nullptr});
  const auto pipeline = Make({kCropFlipNormalize});

  EXPECT_EQ(PrepareAfresh(*pipeline, packed), PrepareAfresh(*pipeline, file));
}

TEST_F(PicturePipelineTest, BytesAreWhatIsNormalised) {
  const auto pipeline = Make({kCropFlipNormalize});
  PipelineScratch scratch(*pipeline);
  std::vector<uint8_t> bytes(pipeline->output().values());
  for (const ImageRecord& record : index_.records) {
    const std::vector<float> values = Prepare(*pipeline, record, &scratch);
    ASSERT_THAT(pipeline->PrepareBytes(record, 1, 0, &scratch, {bytes.data()}), IsOk());
    for (size_t i = 0; i < bytes.size(); ++i) {
      ASSERT_NEAR((static_cast<float>(bytes[i]) / 255 - pipeline->view(0).mean()[i % 3]) / pipeline->view(0).std()[i % 3], values[i], 1e-6);
    }
  }
}

TEST_F(PicturePipelineTest, ACacheChangesNothing) {
  const auto cache = MemoryCache::Create(DecodedSizes(index_, RegionDecoder(DecodeConfig(), 3), 1), 3, std::nullopt).value();
  const auto plain = Make({kCropFlipNormalize}), cached = Make({kCropFlipNormalize}, "jpeg_reduction: false", cache);
  PipelineScratch scratch(*cached);

  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    for (const ImageRecord& record : index_.records) {
      EXPECT_EQ(cache->SizeOf(record.id).has_value(), epoch > 1);
      EXPECT_EQ(Prepare(*cached, record, &scratch, epoch), PrepareAfresh(*plain, record, epoch)) << index_.PathOf(record);
    }
  }
}

TEST_F(PicturePipelineTest, DecodingWholeIsDecodingAsForACache) {
  AddFile("large.jpg", Jpeg(Shades(400, 400, 1)));
  const auto cache = MemoryCache::Create(DecodedSizes(index_, RegionDecoder(DecodeConfig(), 3), 1), 3, std::nullopt).value();
  const TransformList list = List("resize { height_px: 20 width_px: 20 }");
  const auto create = [&](std::shared_ptr<DecodedPictures> of_cache, bool decodes_whole) {
    PicturePipeline::Options options;
    options.cache = std::move(of_cache);
    options.decodes_whole = decodes_whole;
    return PicturePipeline::Create(index_, DecodeConfig(), {{&list, "eval_transforms"}}, options).value();
  };
  const std::vector<float> cached = PrepareAfresh(*create(cache, true), index_.records.back());

  EXPECT_EQ(PrepareAfresh(*create(nullptr, true), index_.records.back()), cached);
  EXPECT_NE(PrepareAfresh(*create(nullptr, false), index_.records.back()), cached);
}

// A cache in a file on a server that is gone: its reader is given up in the middle of a read.
class GivenUpCache : public DecodedPictures {
 public:
  explicit GivenUpCache(AbandonableWait* wait) : wait_(wait) {}

  std::optional<PictureSize> SizeOf(int64_t id) const override { return id == 0 ? std::optional(PictureSize{30, 30}) : std::nullopt; }
  absl::Status Copy(int64_t /*id*/, PictureRegion region, Picture* part) const override {
    EXPECT_TRUE(wait_->GiveUp());
    part->Reshape(region.height_px, region.width_px, 3);
    return absl::OkStatus();
  }
  void Keep(int64_t /*id*/, const Picture& /*picture*/) override {}
  std::string path() const override { return "/server/pictures.pixels"; }

 private:
  AbandonableWait* const wait_;
};

TEST_F(PicturePipelineTest, AReadOfACacheThatHangsCanBeGivenUp) {
  AbandonableWait wait;
  const auto pipeline = Make({kCropFlipNormalize}, "", std::make_shared<GivenUpCache>(&wait));
  PipelineScratch scratch(*pipeline, &wait);
  std::vector<float> values(pipeline->output().values());

  EXPECT_TRUE(absl::IsCancelled(pipeline->Prepare(index_.records[0], 1, 0, &scratch, {values.data()})));

  EXPECT_EQ(pipeline->NameOf(index_.records[0]), folder_ + "/0.ppm, decoded in /server/pictures.pixels");
  EXPECT_EQ(pipeline->NameOf(index_.records[1]), folder_ + "/0.jpg");
}

TEST_F(PicturePipelineTest, TakesNoMemoryForASampleOnceItIsWarm) {
  const auto pipeline =
      Make({std::string(kCropFlipNormalize), "random_resized_crop { size_px: 24 } | color_jitter { brightness: 0.4 hue: 0.1 }"});
  PipelineScratch scratch(*pipeline);
  std::vector<float> values(2 * pipeline->output().values());
  float* const outputs[] = {values.data(), values.data() + pipeline->output().values()};
  const auto prepare_all = [&](int64_t epoch) {
    for (const ImageRecord& record : index_.records) ASSERT_THAT(pipeline->Prepare(record, epoch, 0, &scratch, outputs), IsOk());
  };
  for (int64_t epoch = 1; epoch <= 20; ++epoch) prepare_all(epoch);

  const int64_t before = CountAllocations().cpp;
  for (int64_t epoch = 1; epoch <= 20; ++epoch) {  // the same draws, so that nothing is larger than before
    for (const ImageRecord& record : index_.records) {
      if (!pipeline->Prepare(record, epoch, 0, &scratch, outputs).ok()) FAIL();
    }
  }
  EXPECT_EQ(CountAllocations().cpp - before, 0);
}

TEST_F(PicturePipelineTest, ErrorsBeginWithThePath) {
  const std::string jpeg = Jpeg(Shades(90, 90, 1));
  const ImageRecord cut = AddFile("cut.jpg", jpeg.substr(0, jpeg.size() / 2)), text = AddFile("text.jpg", "<html>"),
                    huge = AddFile("huge.ppm", "P6 100000 100000 255\n"), small = AddFile("small.ppm", Ppm(Shades(10, 10, 1)));
  const auto whole = Make({"resize { height_px: 32 width_px: 32 }"}), crop = Make({"random_crop { size_px: 32 }"});
  const auto error = [](const PicturePipeline& pipeline, const ImageRecord& record) {
    PipelineScratch scratch(pipeline);
    std::vector<float> values(pipeline.output().values());
    return pipeline.Prepare(record, 1, 0, &scratch, {values.data()});
  };

  EXPECT_THAT(error(*whole, cut), Fails(ExitCode::kData, StartsWith(folder_ + "/cut.jpg: ")));
  EXPECT_THAT(error(*whole, text), Fails(ExitCode::kData, AllOf(StartsWith(folder_ + "/text.jpg: "), HasSubstr("is a web page"))));
  EXPECT_THAT(error(*whole, huge), Fails(ExitCode::kData, StartsWith(folder_ + "/huge.ppm: ")));  // F30: before memory is taken
  EXPECT_THAT(error(*whole, small), IsOk());
  EXPECT_THAT(error(*crop, small), Fails(ExitCode::kData, StartsWith(folder_ + "/small.ppm: ")));
}

// Else it would be written beyond its place in the batch.
TEST_F(PicturePipelineTest, APictureOfAnotherSizeThanAllIsAnError) {
  index_.common_size = PictureSize{20, 30};
  const ImageRecord same = AddFile("same.ppm", Ppm(Shades(20, 30, 1))), changed = AddFile("changed.ppm", Ppm(Shades(40, 30, 1)));
  const auto pipeline = Make({"horizontal_flip {}"});
  ASSERT_EQ(pipeline->output(), (ImageShape{3, 20, 30}));
  PipelineScratch scratch(*pipeline);
  std::vector<float> values(pipeline->output().values());

  EXPECT_THAT(pipeline->Prepare(same, 1, 0, &scratch, {values.data()}), IsOk());
  EXPECT_THAT(pipeline->Prepare(changed, 1, 0, &scratch, {values.data()}),
              Fails(ExitCode::kData, StartsWith(folder_ + "/changed.ppm: becomes 30x40 pixels, but the model's input has 30x20")));
}

TEST_F(PicturePipelineTest, PicturesAndViewsMustGetOneSize) {
  const TransformList open = List("resize { short_side_px: 32 }"), fixed = List("center_crop { size_px: 32 }"),
                      other = List("center_crop { size_px: 24 }");
  const auto create = [&](const std::vector<ViewTransforms>& views) {
    return PicturePipeline::Create(index_, DecodeConfig(), views, PicturePipeline::Options()).status();
  };

  EXPECT_THAT(create({{&open, "eval_transforms"}}), Fails(ExitCode::kConfig, HasSubstr("eval_transforms")));
  EXPECT_THAT(create({{&fixed, "weak"}}), IsOk());
  EXPECT_THAT(create({{&fixed, "weak"}, {&other, "strong"}}), Fails(ExitCode::kConfig, AllOf(HasSubstr("strong"), HasSubstr("24x24"))));
}

}  // namespace
}  // namespace mica
