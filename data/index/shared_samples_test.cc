#include "data/index/shared_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mica {
namespace {

using ::testing::Pair;

// One file of samples of one byte each.
DatasetIndex IndexOf(const std::string& train, const std::string& validation, const std::string& test) {
  DatasetIndex index;
  index.files.push_back({"/data", std::make_shared<const std::string>(train + validation + test), std::nullopt});
  for (const auto& [split, count] :
       {std::pair(Split::kTrain, train.size()), {Split::kValidation, validation.size()}, {Split::kTest, test.size()}}) {
    for (size_t i = 0; i < count; ++i) {
      ImageRecord record;
      record.id = record.offset = static_cast<int64_t>(index.records.size());
      record.length = 1;
      record.split = split;
      index.records.push_back(record);
    }
  }
  return index;
}

TEST(SharedSamplesTest, FindsSamplesThatStandInTrainToo) {
  const DatasetIndex index = IndexOf("abcab", "xya", "bzbc");
  const SharedSamples validation = FindSharedSamples(index, Split::kValidation);
  EXPECT_EQ(validation.samples, 3);
  EXPECT_EQ(validation.shared, 1);
  EXPECT_THAT(validation.first, Pair(7, 0));
  const SharedSamples test = FindSharedSamples(index, Split::kTest);
  EXPECT_EQ(test.samples, 4);
  EXPECT_EQ(test.shared, 3);
  EXPECT_THAT(test.first, Pair(8, 1));
}

TEST(SharedSamplesTest, FindsNothingWhereNothingIsShared) {
  const SharedSamples found = FindSharedSamples(IndexOf("aab", "cc", ""), Split::kValidation);
  EXPECT_EQ(found.shared, 0);
  EXPECT_EQ(FindSharedSamples(IndexOf("aab", "cc", ""), Split::kTest).samples, 0);
}

TEST(SharedSamplesTest, ManyEqualSamplesTakeNoLongerThanOthers) {
  const SharedSamples found = FindSharedSamples(IndexOf(std::string(100000, 'a'), "", std::string(100000, 'a')), Split::kTest);
  EXPECT_EQ(found.shared, 100000);
}

TEST(SharedSamplesTest, FilesThatAreNotInMemoryAreKnownByTheirPaths) {
  DatasetIndex index = IndexOf("ab", "", "ab");
  index.files.assign(4, SampleFile());
  for (int id = 0; id < 4; ++id) {
    index.records[id].file = id;
    index.records[id].length = 0;
    index.files[id].path = id == 3 ? "/d/0.jpg" : "/d/" + std::to_string(id) + ".jpg";
  }
  const SharedSamples found = FindSharedSamples(index, Split::kTest);
  EXPECT_EQ(found.shared, 1);
  EXPECT_THAT(found.first, Pair(3, 0));
}

}  // namespace
}  // namespace mica
