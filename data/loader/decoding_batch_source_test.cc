#include "data/loader/decoding_batch_source.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

// Twenty PGM files of different sizes; sample i has label i % 3.
class DecodingBatchSourceTest : public testing::Test {
 protected:
  static constexpr int kSamples = 20;

  DecodingBatchSourceTest() {
    index_.classes = ClassMap({"a", "b", "c"});
    for (int i = 0; i < kSamples; ++i) {
      const std::string path = absl::StrCat(folder_, "/", i, ".pgm");
      const int width = 12 + i, height = 14 + i % 3;
      std::string pixels;
      for (int pixel = 0; pixel < width * height; ++pixel) pixels += static_cast<char>(pixel * 7 + i);
      WriteTestFile(path, absl::StrCat("P5 ", width, " ", height, " 255\n", pixels));
      ImageRecord record;
      record.id = i;
      record.file = i;
      record.label = i % 3;
      index_.files.emplace_back().path = path;
      index_.records.push_back(record);
    }
  }

  void Break(int sample) { WriteTestFile(index_.files[sample].path, "P5 12 14 255\ncut"); }

  std::shared_ptr<const PicturePipeline> Pipeline(const std::vector<std::string>& views) {
    std::vector<TransformList> lists(views.size());
    std::vector<ViewTransforms> transforms;
    for (size_t i = 0; i < views.size(); ++i) {
      *lists[i].Add() = ParseTextOrDie<TransformConfig>(views[i]);
      transforms.push_back({&lists[i], "train_transforms"});
    }
    DecodeConfig decode;
    decode.set_colour(DecodeConfig::GREY);
    PicturePipeline::Options options;
    options.seed = 3;
    return PicturePipeline::Create(index_, decode, transforms, options).value();
  }

  std::unique_ptr<DecodingBatchSource> Make(const std::string& loader, DecodingBatchSource::Options options = {},
                                            const std::vector<std::string>& views = {"random_resized_crop { size_px: 8 }"}) {
    const auto config = ParseTextOrDie<LoaderConfig>(loader);
    SampleOrder order = SampleOrder::Create(index_, Split::kTrain, config, /*seed=*/3).value();
    options.threads = config.has_threads() ? config.threads() : 2;
    options.prefetch_batches = config.prefetch_batches();
    return std::make_unique<DecodingBatchSource>(Pipeline(views), std::move(order), options);
  }

  static DecodingBatchSource::Options ForTraining() {
    DecodingBatchSource::Options options;
    options.prepares_next_epoch = true;
    return options;
  }

  static DecodingBatchSource::Options LeavingOutFailures() {
    DecodingBatchSource::Options options;
    options.leaves_out_failures = true;
    return options;
  }

  static std::vector<Batch> Epoch(DecodingBatchSource* source, int64_t epoch, int64_t first_batch = 0) {
    EXPECT_THAT(source->StartEpoch(epoch, first_batch), IsOk());
    std::vector<Batch> batches;
    for (Batch batch; source->Next(&batch).value();) batches.push_back(batch);
    return batches;
  }

  // All of an epoch as one batch.
  static Batch All(const std::vector<Batch>& batches) {
    std::vector<at::Tensor> images, labels, ids;
    for (const Batch& batch : batches) {
      images.push_back(batch.images);
      labels.push_back(batch.labels);
      ids.push_back(batch.ids);
    }
    Batch all;
    all.images = at::cat(images);
    all.labels = at::cat(labels);
    all.ids = at::cat(ids);
    return all;
  }

  static std::vector<int64_t> Values(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<int64_t>(), tensor.const_data_ptr<int64_t>() + tensor.numel()};
  }

  const std::string folder_ = MakeTestFolder("decoding");
  DatasetIndex index_;
};

TEST_F(DecodingBatchSourceTest, ABatchTakesNoMoreMemoryThanItsSplit) {
  const auto source = Make("batch_size: 1000000");

  const std::vector<Batch> batches = Epoch(source.get(), 1);

  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].size(), kSamples);
  EXPECT_EQ(batches[0].images.storage().nbytes(), kSamples * 8 * 8 * sizeof(float));
}

TEST_F(DecodingBatchSourceTest, NeitherThreadsNorBatchSizeNorPrefetchingChangeAnything) {
  const auto reference = Make("batch_size: 20 threads: 1 prefetch_batches: 1", ForTraining());
  std::vector<Batch> expected;
  for (int64_t epoch = 1; epoch <= 3; ++epoch) expected.push_back(All(Epoch(reference.get(), epoch)));

  for (const char* loader : {"batch_size: 20 threads: 4", "batch_size: 3 threads: 8 prefetch_batches: 7", "batch_size: 7 threads: 1"}) {
    const auto source = Make(loader, ForTraining());
    for (int64_t epoch = 1; epoch <= 3; ++epoch) {
      const Batch all = All(Epoch(source.get(), epoch));
      EXPECT_TRUE(all.images.equal(expected[epoch - 1].images)) << loader;
      EXPECT_TRUE(all.labels.equal(expected[epoch - 1].labels)) << loader;
      EXPECT_TRUE(all.ids.equal(expected[epoch - 1].ids)) << loader;
    }
  }
  EXPECT_FALSE(expected[0].images.equal(expected[1].images));
}

TEST_F(DecodingBatchSourceTest, BatchesAreWhatTheInterfacePromises) {
  const auto source = Make("batch_size: 8 shuffle: false");
  const std::vector<Batch> batches = Epoch(source.get(), 1);

  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(source->batches_per_epoch(), 3);
  EXPECT_EQ(source->samples_per_epoch(), 20);
  EXPECT_EQ(source->image_shape(), (ImageShape{1, 8, 8}));
  EXPECT_EQ(batches[2].images.sizes(), (std::vector<int64_t>{4, 1, 8, 8}));
  EXPECT_EQ(batches[0].images.scalar_type(), at::kFloat);
  EXPECT_TRUE(batches[0].images.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_THAT(Values(batches[2].ids), ElementsAre(16, 17, 18, 19));
  EXPECT_THAT(Values(batches[2].labels), ElementsAre(1, 2, 0, 1));
  EXPECT_GE(batches[0].images.min().item<float>(), 0);
  EXPECT_LE(batches[0].images.max().item<float>(), 1);
}

// What a resumed run sees.
TEST_F(DecodingBatchSourceTest, AnEpochCanBeginAtAnyBatch) {
  const auto source = Make("batch_size: 6", ForTraining()), late = Make("batch_size: 6", ForTraining());
  const std::vector<Batch> batches = Epoch(source.get(), 2);

  for (int64_t first = 3; first >= 0; --first) {
    const std::vector<Batch> rest = Epoch(late.get(), 2, first);
    ASSERT_EQ(rest.size(), batches.size() - first);
    for (size_t i = 0; i < rest.size(); ++i) EXPECT_TRUE(rest[i].images.equal(batches[first + i].images));
  }
}

TEST_F(DecodingBatchSourceTest, WhatIsBeforeTheFirstBatchIsNotRead) {
  const auto source = Make("batch_size: 5 shuffle: false");
  for (int sample = 0; sample < 10; ++sample) Break(sample);

  EXPECT_EQ(Epoch(source.get(), 1, /*first_batch=*/2).size(), 2u);
}

// F28.
TEST_F(DecodingBatchSourceTest, ABrokenSampleIsAnErrorOfItsBatch) {
  const auto source = Make("batch_size: 5 shuffle: false", ForTraining());
  Break(12);
  Batch batch;
  for (int64_t epoch = 1; epoch <= 2; ++epoch) {
    ASSERT_THAT(source->StartEpoch(epoch, 0), IsOk());
    EXPECT_THAT(source->Next(&batch), IsOkAndHolds(true));
    EXPECT_THAT(source->Next(&batch), IsOkAndHolds(true));
    EXPECT_THAT(source->Next(&batch), Fails(ExitCode::kData, StartsWith(folder_ + "/12.pgm: ")));
    EXPECT_THAT(source->Next(&batch), IsOkAndHolds(true));
    EXPECT_THAT(Values(batch.ids), ElementsAre(15, 16, 17, 18, 19));
    EXPECT_THAT(source->Next(&batch), IsOkAndHolds(false));
  }
}

TEST_F(DecodingBatchSourceTest, BrokenSamplesCanBeLeftOut) {
  const auto source = Make("batch_size: 5 shuffle: false", LeavingOutFailures());
  for (const int sample : {1, 4, 10, 11, 12, 13, 14}) Break(sample);
  unlink(index_.files[19].path.c_str());

  const std::vector<Batch> batches = Epoch(source.get(), 1);

  ASSERT_EQ(batches.size(), 3u);  // one of the four has no sample
  EXPECT_THAT(Values(batches[0].ids), ElementsAre(0, 2, 3));
  EXPECT_THAT(Values(batches[0].labels), ElementsAre(0, 2, 0));
  EXPECT_EQ(batches[0].images.size(0), 3);
  EXPECT_THAT(Values(batches[2].ids), ElementsAre(15, 16, 17, 18));
  std::vector<int64_t> failed;
  for (const FailedSample& sample : source->failed()) failed.push_back(sample.id);
  EXPECT_THAT(failed, ElementsAre(1, 4, 10, 11, 12, 13, 14, 19));
  EXPECT_THAT(source->failed()[7].reason, StartsWith(folder_ + "/19.pgm: cannot open: No such file"));
  EXPECT_EQ(Epoch(source.get(), 1).size(), 3u);
  EXPECT_EQ(source->failed().size(), 8u);
}

TEST_F(DecodingBatchSourceTest, MoreViewsComeBesideTheImages) {
  const auto source = Make("batch_size: 8", {}, {"center_crop { size_px: 8 }", "random_crop { size_px: 8 }", "random_crop { size_px: 8 }"});

  const std::vector<Batch> batches = Epoch(source.get(), 1);

  ASSERT_EQ(batches[0].more_views.size(), 2u);
  EXPECT_EQ(batches[0].more_views[1].sizes(), batches[0].images.sizes());
  EXPECT_FALSE(batches[0].more_views[0].equal(batches[0].more_views[1]));
}

TEST_F(DecodingBatchSourceTest, CopiesOfASampleAreDrawnForThemselves) {
  const auto source = Make("batch_size: 6 repeated { copies: 3 }");

  const Batch batch = Epoch(source.get(), 1)[0];

  EXPECT_EQ(batch.ids[0].item<int64_t>(), batch.ids[2].item<int64_t>());
  EXPECT_FALSE(batch.images[0].equal(batch.images[1]));
}

TEST_F(DecodingBatchSourceTest, MemoryIsUsedAgainOnceABatchIsLetGo) {
  const auto source = Make("batch_size: 2 prefetch_batches: 2 threads: 1", ForTraining());
  std::set<const void*> places;
  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    ASSERT_THAT(source->StartEpoch(epoch, 0), IsOk());
    for (Batch batch; source->Next(&batch).value();) places.insert(batch.images.const_data_ptr());
  }
  EXPECT_LE(places.size(), 4u);

  const std::vector<Batch> kept = Epoch(source.get(), 4);  // all that are held stay as they are
  const Batch before = All(kept);
  Epoch(source.get(), 5);
  EXPECT_TRUE(All(kept).images.equal(before.images));
}

double ResidentMib() {
  std::ifstream file("/proc/self/statm");
  int64_t total = 0, resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// W19.
TEST_F(DecodingBatchSourceTest, MemoryIsFlatOverEpochs) {
  const auto source = Make("batch_size: 4 threads: 4", ForTraining(), {"random_resized_crop { size_px: 256 }"});
  // Crops are drawn, so it takes a while until each thread has had its largest.
  for (int64_t epoch = 1; epoch <= 20; ++epoch) {
    ASSERT_THAT(source->StartEpoch(epoch, 0), IsOk());
    for (Batch batch; source->Next(&batch).value();) continue;
  }
  const double before = ResidentMib();
  for (int64_t epoch = 21; epoch <= 40; ++epoch) {
    ASSERT_THAT(source->StartEpoch(epoch, 0), IsOk());
    for (Batch batch; source->Next(&batch).value();) continue;
  }
  EXPECT_LT(ResidentMib() - before, 4);  // an epoch's images take 5 MiB
}

// F42.
TEST_F(DecodingBatchSourceTest, WorksWithFewDescriptors) {
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit few = {64, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);

  EXPECT_EQ(Epoch(Make("batch_size: 3 threads: 16").get(), 1).size(), 7u);

  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST_F(DecodingBatchSourceTest, CanBeDestroyedAtAnyMoment) {
  for (int round = 0; round < 20; ++round) {
    const auto source = Make(absl::StrCat("batch_size: 3 threads: ", 1 + round % 5), ForTraining());
    ASSERT_THAT(source->StartEpoch(1, 0), IsOk());
    Batch batch;
    for (int i = 0; i < round % 8; ++i) ASSERT_THAT(source->Next(&batch), IsOk());
  }
}

TEST_F(DecodingBatchSourceTest, AnEmptySplitHasNoBatches) {
  for (ImageRecord& record : index_.records) record.split = Split::kTest;

  EXPECT_TRUE(Epoch(Make("").get(), 1).empty());
}

}  // namespace
}  // namespace mica
