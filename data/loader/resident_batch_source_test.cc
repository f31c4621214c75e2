#include "data/loader/resident_batch_source.h"

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Pixel p of sample i is the byte 7i + p, its label is i % 3. `splits` has one letter per sample:
// t(rain), v(alidation), e (test).
DatasetIndex MakeIndex(const ImageShape& shape, const std::string& splits) {
  DatasetIndex index;
  index.classes = ClassMap({"a", "b", "c"});
  std::string bytes = "head";
  for (int i = 0; i < static_cast<int>(splits.size()); ++i) {
    ImageRecord record;
    record.id = record.position = i;
    record.label = i % 3;
    record.offset = static_cast<int64_t>(bytes.size());
    record.length = shape.values();
    record.split = splits[i] == 't' ? Split::kTrain : splits[i] == 'v' ? Split::kValidation : Split::kTest;
    index.records.push_back(record);
    for (int pixel = 0; pixel < shape.values(); ++pixel) bytes.push_back(static_cast<char>(7 * i + pixel));
  }
  index.files.push_back({"memory", std::make_shared<const std::string>(bytes), shape, nullptr});
  return index;
}

DatasetIndex TrainIndex(int samples) {
  return MakeIndex({1, 2, 2}, std::string(samples, 't'));
}

std::vector<int64_t> Values(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<int64_t>(), tensor.const_data_ptr<int64_t>() + tensor.numel()};
}

// Ids of each batch of an epoch, from first_batch on.
std::vector<std::vector<int64_t>> Batches(ResidentBatchSource* source, int64_t epoch, int64_t first_batch = 0) {
  std::vector<std::vector<int64_t>> ids;
  EXPECT_THAT(source->StartEpoch(epoch, first_batch), IsOk());
  for (Batch batch; source->Next(&batch).value();) ids.push_back(Values(batch.ids));
  return ids;
}

std::vector<int64_t> Order(ResidentBatchSource* source, int64_t epoch) {
  std::vector<int64_t> order;
  for (const auto& ids : Batches(source, epoch)) order.insert(order.end(), ids.begin(), ids.end());
  return order;
}

ResidentBatchSource::Options Shuffled(int64_t batch_size, uint64_t seed) {
  ResidentBatchSource::Options options;
  options.batch_size = batch_size;
  options.shuffle = true;
  options.seed = seed;
  return options;
}

class PixelTest : public testing::TestWithParam<ImageShape> {};

TEST_P(PixelTest, AreBytesOver255WhereTheLayoutSays) {
  const ImageShape shape = GetParam();
  const DatasetIndex index = MakeIndex(shape, std::string(40, 't'));  // all 256 bytes occur
  ResidentBatchSource source(index, Split::kTrain, {/*batch_size=*/40});
  ASSERT_THAT(source.StartEpoch(1, 0), IsOk());
  Batch batch;

  ASSERT_THAT(source.Next(&batch), IsOkAndHolds(true));

  EXPECT_EQ(batch.images.sizes(), (std::vector<int64_t>{40, shape.channels, shape.height_px, shape.width_px}));
  EXPECT_EQ(batch.images.scalar_type(), at::kFloat);
  EXPECT_TRUE(batch.images.is_contiguous(at::MemoryFormat::ChannelsLast));
  const at::Tensor logical = batch.images.contiguous();
  for (int64_t i = 0; i < logical.numel(); ++i) {
    const auto byte = static_cast<uint8_t>(7 * (i / shape.values()) + i % shape.values());
    ASSERT_EQ(logical.const_data_ptr<float>()[i], static_cast<float>(byte) / 255.0f) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(GreyAndColour, PixelTest, testing::Values(ImageShape{1, 3, 5}, ImageShape{3, 2, 4}),
                         [](const auto& info) { return "Channels" + std::to_string(info.param.channels); });

TEST(ResidentBatchSourceTest, NormalisesEachChannel) {
  const DatasetIndex index = MakeIndex({3, 2, 4}, "tt");
  ResidentBatchSource plain(index, SampleOrder::Sequential({1, 0}, /*batch_size=*/2));
  ResidentBatchSource source(index, SampleOrder::Sequential({1, 0}, /*batch_size=*/2), {0.5f, 0.25f, 0.125f}, {2.0f, 4.0f, 0.5f});
  Batch batch, plain_batch;
  ASSERT_THAT(plain.StartEpoch(1, 0), IsOk());
  ASSERT_THAT(plain.Next(&plain_batch), IsOkAndHolds(true));
  ASSERT_THAT(source.StartEpoch(1, 0), IsOk());
  ASSERT_THAT(source.Next(&batch), IsOkAndHolds(true));

  EXPECT_THAT(Values(batch.ids), ElementsAre(1, 0));
  EXPECT_TRUE(batch.images.select(1, 0).equal((plain_batch.images.select(1, 0) - 0.5) / 2.0));
  EXPECT_TRUE(batch.images.select(1, 1).equal((plain_batch.images.select(1, 1) - 0.25) / 4.0));
  EXPECT_TRUE(batch.images.select(1, 2).equal((plain_batch.images.select(1, 2) - 0.125) / 0.5));
}

TEST(ResidentBatchSourceTest, LabelsAndIdsBelongToTheSplitsRecords) {
  const DatasetIndex index = MakeIndex({1, 2, 2}, "tvtevt");
  ResidentBatchSource train(index, Split::kTrain, {/*batch_size=*/8});
  ResidentBatchSource validation(index, Split::kValidation, {/*batch_size=*/8});
  Batch batch;

  ASSERT_THAT(train.StartEpoch(1, 0), IsOk());
  ASSERT_THAT(train.Next(&batch), IsOkAndHolds(true));
  EXPECT_THAT(Values(batch.ids), ElementsAre(0, 2, 5));
  EXPECT_THAT(Values(batch.labels), ElementsAre(0, 2, 2));
  // Sample 2, not the second of the file.
  EXPECT_EQ(batch.images.contiguous().const_data_ptr<float>()[4], 14.0f / 255.0f);

  EXPECT_THAT(Batches(&validation, 1), ElementsAre(ElementsAre(1, 4)));
}

TEST(ResidentBatchSourceTest, WithoutShufflingTheOrderIsThatOfTheFileInEveryEpoch) {
  const DatasetIndex index = TrainIndex(5);
  ResidentBatchSource source(index, Split::kTrain, {/*batch_size=*/2});

  for (const int64_t epoch : {1, 2})
    EXPECT_THAT(Batches(&source, epoch), ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4)));
}

TEST(ResidentBatchSourceTest, EveryShuffledEpochIsAnotherPermutation) {
  const DatasetIndex index = TrainIndex(50);
  ResidentBatchSource source(index, Split::kTrain, Shuffled(8, /*seed=*/1));
  std::vector<int64_t> all(50);
  std::iota(all.begin(), all.end(), 0);

  const std::vector<int64_t> first = Order(&source, 1), second = Order(&source, 2);

  EXPECT_NE(first, all);
  EXPECT_NE(first, second);
  EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), all.begin()));
  EXPECT_TRUE(std::is_permutation(second.begin(), second.end(), all.begin()));
}

TEST(ResidentBatchSourceTest, TheOrderFollowsFromSeedAndEpochAlone) {
  const DatasetIndex index = TrainIndex(50);
  ResidentBatchSource source(index, Split::kTrain, Shuffled(8, /*seed=*/1));
  // Another batch size, and no epoch before.
  ResidentBatchSource late(index, Split::kTrain, Shuffled(50, /*seed=*/1));
  ResidentBatchSource other_seed(index, Split::kTrain, Shuffled(8, /*seed=*/2));

  Order(&source, 1);
  const std::vector<int64_t> third = Order(&source, 3);

  EXPECT_EQ(Order(&source, 3), third);  // after another epoch
  EXPECT_EQ(Order(&late, 3), third);
  EXPECT_NE(Order(&other_seed, 3), third);
}

TEST(ResidentBatchSourceTest, StartingAnEpochInTheMiddleOfOneBeginsAtItsFirstBatch) {
  const DatasetIndex index = TrainIndex(6);
  ResidentBatchSource source(index, Split::kTrain, {/*batch_size=*/2});
  Batch batch;
  ASSERT_THAT(source.StartEpoch(1, 0), IsOk());
  ASSERT_THAT(source.Next(&batch), IsOkAndHolds(true));

  EXPECT_EQ(Batches(&source, 2).size(), 3);
  EXPECT_THAT(source.Next(&batch), IsOkAndHolds(false));  // still at the end
}

// What a resumed run sees: the rest of the epoch, as if it had read the beginning too.
TEST(ResidentBatchSourceTest, AnEpochCanBeginAtAnyBatch) {
  const DatasetIndex index = TrainIndex(10);
  ResidentBatchSource source(index, Split::kTrain, Shuffled(4, /*seed=*/1));
  ResidentBatchSource late(index, Split::kTrain, Shuffled(4, /*seed=*/1));
  std::vector<std::vector<int64_t>> rest = Batches(&source, 3);

  for (int64_t first = 0; first <= 3; ++first) {
    EXPECT_EQ(Batches(&late, 3, first), rest) << first;
    if (!rest.empty()) rest.erase(rest.begin());
  }
}

TEST(ResidentBatchSourceTest, DeliversTheShapeOfTheIndex) {
  const DatasetIndex index = MakeIndex({3, 2, 4}, "t");
  EXPECT_EQ(ResidentBatchSource(index, Split::kTrain, {/*batch_size=*/1}).image_shape(), (ImageShape{3, 2, 4}));
}

struct SizeCase {
  int samples;
  int batch_size;
  bool drop_last;
  std::vector<int64_t> sizes;  // of the batches
};

// F43: 0, 1, batch-1 samples, a last batch of 1.
class BatchSizeTest : public testing::TestWithParam<SizeCase> {};

TEST_P(BatchSizeTest, CountsAgreeWithWhatIsDelivered) {
  const DatasetIndex index = TrainIndex(GetParam().samples);
  ResidentBatchSource::Options options = Shuffled(GetParam().batch_size, /*seed=*/1);
  options.drop_last = GetParam().drop_last;
  ResidentBatchSource source(index, Split::kTrain, options);

  std::vector<int64_t> sizes;
  for (const auto& ids : Batches(&source, 1)) sizes.push_back(static_cast<int64_t>(ids.size()));

  EXPECT_EQ(sizes, GetParam().sizes);
  EXPECT_EQ(source.batches_per_epoch(), static_cast<int64_t>(sizes.size()));
  EXPECT_EQ(source.samples_per_epoch(), std::accumulate(sizes.begin(), sizes.end(), int64_t{0}));
}

INSTANTIATE_TEST_SUITE_P(F43, BatchSizeTest,
                         testing::Values(SizeCase{8, 4, false, {4, 4}}, SizeCase{8, 4, true, {4, 4}}, SizeCase{9, 4, false, {4, 4, 1}},
                                         SizeCase{9, 4, true, {4, 4}}, SizeCase{3, 4, false, {3}}, SizeCase{3, 4, true, {}},
                                         SizeCase{1, 4, false, {1}}, SizeCase{1, 1, true, {1}}, SizeCase{0, 4, false, {}}));

TEST(ResidentBatchSourceTest, AnEmptySplitHasNoBatches) {
  const DatasetIndex index = TrainIndex(5);
  ResidentBatchSource source(index, Split::kTest, {/*batch_size=*/2});

  EXPECT_EQ(source.samples_per_epoch(), 0);
  EXPECT_THAT(Batches(&source, 1), IsEmpty());
}

}  // namespace
}  // namespace mica
