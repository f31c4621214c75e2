#include "data/loader/batch_source_factory.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "data/loader/decoded_picture_cache.h"
#include "data/loader/normalising_batch_source.h"
#include "data/loader/resident_batch_source.h"
#include "data/picture/picture.h"

namespace mica {
namespace {

using testing::HasSubstr;

constexpr char kNormalize[] = "normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] }";

// The same ten colour pictures of 4 x 6 pixels, packed in memory and as PPM files.
class BatchSourceFactoryTest : public testing::Test {
 protected:
  BatchSourceFactoryTest() {
    std::string planes;
    for (int i = 0; i < 10; ++i) {
      std::string interleaved;
      for (int value = 0; value < 72; ++value) planes += static_cast<char>(value * 3 + i);
      for (int pixel = 0; pixel < 24; ++pixel) {
        for (int channel = 0; channel < 3; ++channel) interleaved += planes[i * 72 + channel * 24 + pixel];
      }
      ImageRecord record;
      record.id = i;
      record.split = i < 7 ? Split::kTrain : Split::kTest;
      record.label = i % 2;
      files_.records.push_back(record);
      files_.records.back().file = i;
      record.offset = i * 72;
      record.length = 72;
      packed_.records.push_back(record);
      const std::string path = absl::StrCat(folder_, "/", i, ".ppm");
      WriteTestFile(path, "P6 6 4 255\n" + interleaved);
      files_.files.emplace_back().path = path;
    }
    packed_.files.push_back({"packed", std::make_shared<const std::string>(planes), ImageShape{3, 4, 6}, nullptr});
    packed_.classes = files_.classes = ClassMap({"a", "b"});
  }

  static TransformList List(const std::vector<std::string>& texts) {
    TransformList list;
    for (const std::string& text : texts) *list.Add() = ParseTextOrDie<TransformConfig>(text);
    return list;
  }

  static BatchSourceInputs Inputs(const DatasetIndex& index) { return {index, kDecode, kLoader, /*seed=*/9}; }

  static absl::StatusOr<std::unique_ptr<BatchSource>> Train(const DatasetIndex& index, const std::vector<std::string>& transforms) {
    const TransformList list = List(transforms);
    return CreateTrainBatches(Inputs(index), {{&list, "train_transforms"}});
  }

  static bool IsResident(const BatchSource& source) { return dynamic_cast<const ResidentBatchSource*>(&source) != nullptr; }

  static std::vector<Batch> Epoch(BatchSource* source, int64_t epoch) {
    EXPECT_THAT(source->StartEpoch(epoch, 0), IsOk());
    std::vector<Batch> batches;
    for (Batch batch; source->Next(&batch).value();) batches.push_back(batch);
    return batches;
  }

  static const DecodeConfig kDecode;
  static const LoaderConfig kLoader;
  const std::string folder_ = MakeTestFolder("batch_source_factory");
  DatasetIndex packed_, files_;
};

const DecodeConfig BatchSourceFactoryTest::kDecode;
const LoaderConfig BatchSourceFactoryTest::kLoader = ParseTextOrDie<LoaderConfig>("batch_size: 3 threads: 2");

TEST_F(BatchSourceFactoryTest, PackedPixelsThatNeedNothingComeFromMemory) {
  EXPECT_TRUE(IsResident(**Train(packed_, {})));
  EXPECT_TRUE(IsResident(**Train(packed_, {kNormalize})));
  EXPECT_FALSE(IsResident(**Train(packed_, {"horizontal_flip {}"})));
  EXPECT_FALSE(IsResident(**Train(files_, {"resize { height_px: 4 width_px: 6 }"})));

  DecodeConfig grey;
  grey.set_colour(DecodeConfig::GREY);
  const TransformList none;
  const auto batches = CreateTrainBatches({packed_, grey, kLoader, 9}, {{&none, "train_transforms"}});
  EXPECT_FALSE(IsResident(**batches));
  EXPECT_EQ((*batches)->image_shape(), (ImageShape{1, 4, 6}));
}

// Whether pixels are packed, and which way they go, makes no difference.
TEST_F(BatchSourceFactoryTest, AllWaysGiveTheSameBatches) {
  for (const std::vector<std::string>& normalize : {std::vector<std::string>{}, {kNormalize}}) {
    std::vector<std::string> threaded = {"center_crop { height_px: 4 width_px: 6 }"};
    threaded.insert(threaded.end(), normalize.begin(), normalize.end());
    const auto resident = Train(packed_, normalize), packed = Train(packed_, threaded), files = Train(files_, threaded);
    for (int64_t epoch = 1; epoch <= 2; ++epoch) {
      const std::vector<Batch> expected = Epoch(resident->get(), epoch);
      for (BatchSource* source : {packed->get(), files->get()}) {
        const std::vector<Batch> batches = Epoch(source, epoch);
        ASSERT_EQ(batches.size(), 3u);
        for (size_t i = 0; i < batches.size(); ++i) {
          EXPECT_TRUE(batches[i].ids.equal(expected[i].ids));
          EXPECT_TRUE(batches[i].labels.equal(expected[i].labels));
          EXPECT_TRUE(batches[i].images.equal(expected[i].images));
        }
      }
    }
  }
}

TEST_F(BatchSourceFactoryTest, NormalisingOnADeviceGivesTheSame) {
  const TransformList list = List({"center_crop { size_px: 4 }", kNormalize});
  PicturePipeline::Options pipeline_options;
  const auto pipeline = PicturePipeline::Create(files_, kDecode, {{&list, "a"}, {&list, "b"}}, pipeline_options).value();
  DecodingBatchSource::Options options;
  const SampleOrder order = SampleOrder::Sequential(files_.RecordsOf(Split::kTrain), /*batch_size=*/4);
  DecodingBatchSource direct(pipeline, order, options);
  options.as_bytes = true;
  const NormalisingBatchSource::Statistics statistics = {pipeline->view(0).mean(), pipeline->view(0).std()};
  NormalisingBatchSource normalised(std::make_unique<DecodingBatchSource>(pipeline, order, options), {statistics, statistics}, c10::kCPU);

  const std::vector<Batch> expected = Epoch(&direct, 1), batches = Epoch(&normalised, 1);

  ASSERT_EQ(batches.size(), 2u);
  for (size_t i = 0; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].images.scalar_type(), at::kFloat);
    EXPECT_TRUE(at::allclose(batches[i].images, expected[i].images, 1e-6, 1e-6));
    EXPECT_TRUE(at::allclose(batches[i].more_views.at(0), expected[i].more_views.at(0), 1e-6, 1e-6));
    EXPECT_TRUE(batches[i].labels.equal(expected[i].labels));
  }
  EXPECT_EQ(normalised.image_shape(), (ImageShape{3, 4, 4}));
  EXPECT_EQ(normalised.samples_per_epoch(), 7);
}

TEST_F(BatchSourceFactoryTest, AnEvaluationHasItsSplitInOrder) {
  const TransformList list = List({"center_crop { size_px: 4 }"});
  const auto batches = CreateEvaluationBatches(Inputs(files_), {&list, "eval_transforms"}, Split::kTest, /*batch_size=*/2).value();

  EXPECT_EQ(batches->samples_per_epoch(), 3);
  for (int round = 0; round < 2; ++round) {
    const std::vector<Batch> epoch = Epoch(batches.get(), 1);
    ASSERT_EQ(epoch.size(), 2u);
    EXPECT_EQ(epoch[1].ids[0].item<int64_t>(), 9);
  }
}

TEST_F(BatchSourceFactoryTest, PredictionTakesAnyRecordsAndLeavesOutWhatIsBroken) {
  const TransformList plain = List({"center_crop { size_px: 4 }"}),
                      random = List({"random_crop { size_px: 2 }", "resize { height_px: 4 width_px: 4 }"});
  WriteTestFile(files_.files[5].path, "");
  const auto batches = CreatePredictionBatches(Inputs(files_), {{&plain, "eval_transforms"}, {&random, "tta"}}, {8, 5, 2}, 10).value();

  const std::vector<Batch> epoch = Epoch(batches.get(), 1);

  ASSERT_EQ(epoch.size(), 1u);
  EXPECT_EQ(epoch[0].ids[0].item<int64_t>(), 8);
  EXPECT_EQ(epoch[0].ids[1].item<int64_t>(), 2);
  EXPECT_EQ(epoch[0].more_views.size(), 1u);
  EXPECT_EQ(batches->failed().size(), 1u);
}

// A run with a cache is evaluated later without one.
TEST_F(BatchSourceFactoryTest, TheCacheOfAnExperimentChangesNoPixels) {
  Picture picture;
  picture.Reshape(64, 64, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * i / 97);
  for (const SampleFile& file : files_.files) WriteTestFile(file.path, EncodeJpeg(picture, /*quality=*/90).value());
  const TransformList list = List({"resize { height_px: 8 width_px: 8 }"});
  const auto config = ParseTextOrDie<LoaderConfig>("batch_size: 3 threads: 2 memory_cache {}");
  const auto epoch = [&](const LoaderConfig& loader, std::shared_ptr<DecodedPictures> cache) {
    const BatchSourceInputs inputs = {files_, kDecode, loader, /*seed=*/9, c10::kCPU, std::move(cache)};
    return Epoch(CreateEvaluationBatches(inputs, {&list, "eval_transforms"}, Split::kTest, /*batch_size=*/3).value().get(), 1).at(0);
  };
  const auto cache = OpenDecodedPictures(config, files_, kDecode, {}).value();
  const at::Tensor cached = epoch(config, cache).images;

  EXPECT_TRUE(epoch(config, nullptr).images.equal(cached));
  EXPECT_FALSE(epoch(kLoader, nullptr).images.equal(cached));  // where there is none, JPEGs are decoded at a fraction
}

TEST_F(BatchSourceFactoryTest, TransformsThatLeaveSizesOpenAreRefused) {
  EXPECT_THAT(Train(files_, {}), Fails(ExitCode::kConfig, HasSubstr("train_transforms")));
  EXPECT_THAT(Train(packed_, {}), IsOk());
}

}  // namespace
}  // namespace mica
