#include "data/index/shared_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

// Whole files, each one sample, in this order.
DatasetIndex IndexOfFiles(const std::vector<std::string>& train, const std::vector<std::string>& test) {
  DatasetIndex index = IndexOf(std::string(train.size(), 'a'), "", std::string(test.size(), 'a'));
  index.files.clear();
  for (const auto* paths : {&train, &test}) {
    for (const std::string& path : *paths) index.files.emplace_back().path = path;
  }
  for (ImageRecord& record : index.records) {
    record.file = static_cast<int32_t>(record.id);
    record.offset = record.length = 0;
  }
  return index;
}

TEST(SharedSamplesTest, FilesThatAreNotInMemoryAreKnownByTheirPaths) {
  const SharedSamples found = FindSharedSamples(IndexOfFiles({"/d/0.jpg", "/d/1.jpg"}, {"/d/2.jpg", "/d/0.jpg"}), Split::kTest);
  EXPECT_EQ(found.samples, 2);
  EXPECT_EQ(found.shared, 1);
  EXPECT_THAT(found.first, Pair(3, 0));
}

TEST(SharedSamplesTest, NeighboursMayBeTheSameFile) {
  EXPECT_EQ(FindSharedSamples(IndexOfFiles({"/a/1", "/b/1"}, {"/b/1", "/c/1"}), Split::kTest).shared, 1);
}

// One shard of a sample for each of these splits.
DatasetIndex IndexOfShards(const std::vector<std::pair<std::string, Split>>& shards, const std::string& member) {
  DatasetIndex index;
  for (const auto& [path, split] : shards) {
    SampleFile& file = index.files.emplace_back();
    file.path = path;
    file.members = std::make_shared<const std::vector<std::string>>(1, member);
    ImageRecord& record = index.records.emplace_back();
    record.id = record.file = static_cast<int32_t>(index.files.size()) - 1;
    record.split = split;
  }
  return index;
}

TEST(SharedSamplesTest, MembersOfDifferentShardsMayHaveOneName) {
  const DatasetIndex apart = IndexOfShards({{"/d/train-000.tar", Split::kTrain}, {"/d/val-000.tar", Split::kValidation}}, "000000.jpg");
  EXPECT_EQ(FindSharedSamples(apart, Split::kValidation).samples, 1);
  EXPECT_EQ(FindSharedSamples(apart, Split::kValidation).shared, 0);
  const DatasetIndex same = IndexOfShards({{"/d/a.tar", Split::kTrain}, {"/d/a.tar", Split::kValidation}}, "000000.jpg");
  EXPECT_EQ(FindSharedSamples(same, Split::kValidation).shared, 1);
}

// As a walk lists them: "/a/x" is a folder below "/a", and '-' is less than '/'.
TEST(SharedSamplesTest, SortedFilesShareNothing) {
  const SharedSamples found =
      FindSharedSamples(IndexOfFiles({"/a/1", "/a/2", "/a/z", "/a-b/1", "/a/x/0"}, {"/a/x/1", "/a/x/2", "/b/1"}), Split::kTest);
  EXPECT_EQ(found.samples, 3);
  EXPECT_EQ(found.shared, 0);
}

}  // namespace
}  // namespace mica
