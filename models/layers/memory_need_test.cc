#include "models/layers/memory_need.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"
#include "models/layers/layer_test_lists.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::Eq;

constexpr LayerShape kImage{/*channels=*/3, /*height_px=*/224, /*width_px=*/224};
constexpr int64_t kGib = int64_t{1} << 30;

struct List {
  BlockConfig config;
  std::vector<InferredLayer> layers;
};

List Inferred(BlockConfig config, int num_classes) {
  auto layers = InferLayers(config.layer(), "", kImage, num_classes).value();
  return {std::move(config), std::move(layers)};
}

MemoryNeed Training(const List& list, int optimizer_copies) {
  return NeedOfTraining(list.config.layer(), list.layers, optimizer_copies);
}

TEST(MemoryNeedTest, WeightsAreFourBytesEach) {
  const List vgg16 = Inferred(Vgg16List(), 1000);

  EXPECT_EQ(NeedOfWeights(vgg16.layers).fixed_bytes, 4 * int64_t{138357544});
  EXPECT_EQ(NeedOfWeights(vgg16.layers).image_bytes, 0);
}

TEST(MemoryNeedTest, TrainingAddsGradientsAndTheOptimizersState) {
  const List vgg16 = Inferred(Vgg16List(), 1000);

  EXPECT_EQ(Training(vgg16, /*optimizer_copies=*/0).fixed_bytes, 2 * 4 * int64_t{138357544});
  EXPECT_EQ(Training(vgg16, /*optimizer_copies=*/2).fixed_bytes, 4 * 4 * int64_t{138357544});
  EXPECT_EQ(Training(vgg16, /*optimizer_copies=*/2).image_bytes, 4 * int64_t{15244800});
}

TEST(MemoryNeedTest, EvaluationNeedsItsLargestLayer) {
  EXPECT_EQ(NeedOfEvaluation(Inferred(Vgg16List(), 1000).layers).image_bytes, 4 * 2 * 64 * 224 * 224);
}

TEST(MemoryNeedTest, SaysWhichBatchWouldFit) {
  const MemoryNeed need = Training(Inferred(Vgg16List(), 1000), /*optimizer_copies=*/2);
  const MemoryUse use = {"model.vgg16", "train on", "loader.batch_size", 4096};

  const absl::Status status = CheckMemory(need, use, 24 * kGib);

  EXPECT_THAT(
      status,
      Fails(
          ExitCode::kConfig,
          Eq("model.vgg16 needs at least 234.7 GiB of memory to train on batches of 4096 images (loader.batch_size): 2.1 GiB and 58.2 MiB "
             "for each image; this process may have 24.0 GiB; the largest batch that may fit is 386")));
  EXPECT_THAT(FieldsOf(status), ElementsAre("loader.batch_size"));
  EXPECT_THAT(CheckMemory(need, {"model.vgg16", "train on", "loader.batch_size", 386}, 24 * kGib), IsOk());
  EXPECT_FALSE(CheckMemory(need, {"model.vgg16", "train on", "loader.batch_size", 387}, 24 * kGib).ok());
  EXPECT_THAT(CheckMemory(need, use, std::nullopt), IsOk());
}

TEST(MemoryNeedTest, AMillionClassesMayBeTooMany) {
  const List resnet18 = Inferred(ResNet18List(), 1000000);
  const MemoryUse use = {"model.resnet18", "train on", "loader.batch_size", 32};

  const absl::Status status = CheckMemory(Training(resnet18, /*optimizer_copies=*/2), use, 8 * kGib);

  EXPECT_THAT(
      status,
      Fails(ExitCode::kConfig,
            Eq("model.resnet18 needs at least 8.3 GiB of memory to train on batches of 32 images (loader.batch_size): 7.8 GiB and 16.6 MiB "
               "for each image; this process may have 8.0 GiB; the largest batch that may fit is 11")));
  EXPECT_THAT(FieldsOf(CheckMemory(Training(resnet18, 2), use, 4 * kGib)), ElementsAre("model.resnet18"));
  EXPECT_THAT(CheckMemory(Training(resnet18, /*optimizer_copies=*/2), use, 16 * kGib), IsOk());
}

TEST(MemoryNeedTest, WeightsAloneHaveNoBatch) {
  const MemoryUse use = {"model.vgg16", "build", "", 0};
  EXPECT_THAT(
      CheckMemory(NeedOfWeights(Inferred(Vgg16List(), 1000).layers), use, kGib / 4),
      Fails(ExitCode::kConfig,
            Eq("model.vgg16 needs at least 527.8 MiB of memory to build; this process may have 256.0 MiB; choose a smaller model")));
}

// No sum or product wraps around.
TEST(MemoryNeedTest, TheLargestBatchIsTooLarge) {
  const MemoryNeed need = {int64_t{1} << 40, int64_t{1} << 40};
  EXPECT_THAT(
      CheckMemory(need, {"model.sequential", "train on", "loader.batch_size", 2147483647}, kGib),
      Fails(ExitCode::kConfig, testing::EndsWith("not even a batch of one image would fit; choose a smaller model or smaller images")));
}

}  // namespace
}  // namespace mica
