#include "experiments/embedding/sample_draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// Test samples with these labels, each after a training sample.
DatasetIndex IndexOf(const std::vector<int32_t>& labels) {
  DatasetIndex index;
  for (const int32_t label : labels) {
    for (const Split split : {Split::kTrain, Split::kTest}) {
      ImageRecord& record = index.records.emplace_back();
      record.id = static_cast<int64_t>(index.records.size()) - 1;
      record.label = label;
      record.split = split;
    }
  }
  return index;
}

std::map<int32_t, int> CountsOf(const DatasetIndex& index, const std::vector<int64_t>& ids) {
  std::map<int32_t, int> counts;
  for (const int64_t id : ids) ++counts[index.records[id].label];
  return counts;
}

std::vector<int32_t> Labels(const std::map<int32_t, int>& counts) {
  std::vector<int32_t> labels;
  for (const auto& [label, count] : counts) labels.insert(labels.end(), count, label);
  return labels;
}

TEST(SampleDrawTest, FewSamplesAreAllTaken) {
  const DatasetIndex index = IndexOf({2, 0, -1});
  EXPECT_THAT(DrawSamples(index, Split::kTest, 3, 1), ElementsAre(1, 3, 5));
  EXPECT_THAT(DrawSamples(index, Split::kValidation, 3, 1), IsEmpty());
}

// 7 of 700, 200, 99 and 1: 4.9, 1.4, 0.693, 0.007; the remainders give one each to the first and
// third.
TEST(SampleDrawTest, ClassesKeepTheirShares) {
  const DatasetIndex index = IndexOf(Labels({{0, 700}, {1, 200}, {2, 99}, {-1, 1}}));
  EXPECT_THAT(CountsOf(index, DrawSamples(index, Split::kTest, 7, 1)), UnorderedElementsAre(Pair(0, 5), Pair(1, 1), Pair(2, 1)));
}

TEST(SampleDrawTest, SamplesAreDifferentAscendingAndOfTheSplit) {
  const DatasetIndex index = IndexOf(Labels({{0, 50}, {1, 50}}));
  for (const int64_t count : {1, 2, 33, 99}) {
    const std::vector<int64_t> ids = DrawSamples(index, Split::kTest, count, 9);
    EXPECT_EQ(ids.size(), count);
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    EXPECT_EQ(std::set<int64_t>(ids.begin(), ids.end()).size(), count);
    for (const int64_t id : ids) EXPECT_EQ(index.records[id].split, Split::kTest);
  }
}

// Over many seeds every sample of a class comes equally often: 200 draws of 10 of 40 are 50 each on
// average, with a deviation of 6.1.
TEST(SampleDrawTest, EverySampleHasTheSameChance) {
  const DatasetIndex index = IndexOf(Labels({{0, 40}, {1, 40}}));
  std::map<int64_t, int> times;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    for (const int64_t id : DrawSamples(index, Split::kTest, 20, seed)) ++times[id];
  }
  EXPECT_EQ(times.size(), 80);
  for (const auto& [id, count] : times) EXPECT_NEAR(count, 50, 5 * 6.1) << id;
  EXPECT_EQ(DrawSamples(index, Split::kTest, 20, 7), DrawSamples(index, Split::kTest, 20, 7));
}

TEST(SampleDrawTest, AThousandClassesGiveWhatTheyCan) {
  std::vector<int32_t> labels;
  for (int32_t label = 0; label < 1000; ++label) labels.insert(labels.end(), 3, label);
  const DatasetIndex index = IndexOf(labels);
  const std::map<int32_t, int> counts = CountsOf(index, DrawSamples(index, Split::kTest, 1500, 1));
  for (const auto& [label, count] : counts) EXPECT_EQ(count, label < 500 ? 2 : 1) << label;
}

}  // namespace
}  // namespace mica
