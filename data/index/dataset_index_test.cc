#include "data/index/dataset_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::ElementsAre;

// Two files, each with a header of one byte and two samples of two pixels.
DatasetIndex SmallIndex() {
  DatasetIndex index;
  index.classes = ClassMap({"cat", "dog"});
  constexpr ImageShape kShape = {/*channels=*/1, /*height_px=*/1, /*width_px=*/2};
  index.files = {{"/data/train.gz", std::make_shared<const std::string>("habcd"), kShape},
                 {"/data/test.gz", std::make_shared<const std::string>("hefgh"), kShape}};
  const Split splits[] = {Split::kTrain, Split::kValidation, Split::kTest, Split::kTest};
  const int labels[] = {1, 0, 1, 1};
  for (int i = 0; i < 4; ++i) {
    ImageRecord record;
    record.id = i;
    record.file = i / 2;
    record.label = labels[i];
    record.position = i % 2;
    record.offset = 1 + 2 * (i % 2);
    record.length = 2;
    record.split = splits[i];
    index.records.push_back(record);
  }
  return index;
}

TEST(DatasetIndexTest, ListsAndCountsTheRecordsOfASplit) {
  const DatasetIndex index = SmallIndex();
  EXPECT_THAT(index.RecordsOf(Split::kTrain), ElementsAre(0));
  EXPECT_THAT(index.RecordsOf(Split::kTest), ElementsAre(2, 3));
  EXPECT_THAT(index.CountsOf(Split::kValidation), ElementsAre(1, 0));
  EXPECT_THAT(index.CountsOf(Split::kTest), ElementsAre(0, 2));
}

TEST(DatasetIndexTest, UnlabelledSamplesBelongToASplitButToNoClass) {
  DatasetIndex index = SmallIndex();
  index.records[3].label = -1;
  EXPECT_THAT(index.RecordsOf(Split::kTest), ElementsAre(2, 3));
  EXPECT_THAT(index.CountsOf(Split::kTest), ElementsAre(0, 1));
}

TEST(DatasetIndexTest, NamesTheSample) {
  DatasetIndex index = SmallIndex();
  EXPECT_EQ(index.PathOf(index.records[3]), "/data/test.gz#1");
  index.files.push_back({"/data/cats/1.jpg", nullptr, std::nullopt});
  ImageRecord picture;
  picture.file = 2;
  EXPECT_EQ(index.PathOf(picture), "/data/cats/1.jpg");
}

TEST(DatasetIndexTest, RawSamplesHaveOneShape) {
  EXPECT_EQ(SmallIndex().RawShape(), (ImageShape{1, 1, 2}));
}

TEST(DatasetIndexTest, SplitsHaveNames) {
  EXPECT_EQ(SplitName(Split::kTrain), "train");
  EXPECT_EQ(SplitName(Split::kValidation), "validation");
  EXPECT_EQ(SplitName(Split::kTest), "test");
}

}  // namespace
}  // namespace mica
