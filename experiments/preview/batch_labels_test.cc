#include "experiments/preview/batch_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Record i has label i modulo the number of classes.
DatasetIndex Index(std::vector<std::string> names, int records) {
  DatasetIndex index;
  index.classes = ClassMap(names);
  for (int i = 0; i < records; ++i) {
    ImageRecord& record = index.records.emplace_back();
    record.id = i;
    record.label = i % static_cast<int>(names.size());
  }
  return index;
}

TEST(BatchLabelsTest, CountsTheBatchAndTheSplit) {
  const DatasetIndex index = Index({"cat", "dog, wet", "猫"}, 7);
  const BatchLabels labels = CountBatchLabels(index, Split::kTrain, {0, 0, 3, 1});
  EXPECT_EQ(BatchLabelsCsv(labels, index.classes),
            "label,class,samples_in_batch,samples_in_split\n"
            "0,cat,3,3\n1,\"dog, wet\",1,2\n2,猫,0,2\n");
  EXPECT_EQ(BatchLabelsText(labels, index.classes),
            "4 samples of 2 of the 3 classes\n"
            "label  class     samples\n"
            "0      cat             3  ██████\n"
            "1      dog, wet        1  ██\n");
}

TEST(BatchLabelsTest, SamplesWithoutLabelsAreCounted) {
  DatasetIndex index = Index({"cat", "dog"}, 2);
  index.records[0].label = index.records[1].label = -1;
  EXPECT_EQ(BatchLabelsText(CountBatchLabels(index, Split::kTrain, {0, 1}), index.classes),
            "2 samples of 0 of the 2 classes, 2 without a label\n");
}

TEST(BatchLabelsTest, OfManyClassesTheMostFrequentAreShown) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(absl::StrCat("class", i));
  const DatasetIndex index = Index(names, 1000);
  std::vector<int64_t> ids = {998, 998};
  for (int i = 0; i < 30; ++i) ids.push_back(i);
  const std::string text = BatchLabelsText(CountBatchLabels(index, Split::kTrain, ids), index.classes);
  EXPECT_THAT(text, AllOf(StartsWith("32 samples of 31 of the 1000 classes\n"), HasSubstr("\n998    class998        2  ████\n"),
                          HasSubstr("\n18     class18 "), Not(HasSubstr("class19")), EndsWith("\n… and 11 rarer classes\n")));
}

}  // namespace
}  // namespace mica
