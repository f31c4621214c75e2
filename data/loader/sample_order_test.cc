#include "data/loader/sample_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Labels of the training samples; every third record belongs to the test split.
DatasetIndex IndexOf(const std::vector<int>& labels) {
  DatasetIndex index;
  index.classes = ClassMap({"cat", "dog", "bird"});
  for (const int label : labels) {
    for (const Split split : {Split::kTrain, Split::kTest}) {
      if (split == Split::kTest && index.records.size() % 3 != 2) continue;
      ImageRecord record;
      record.id = static_cast<int64_t>(index.records.size());
      record.label = label;
      record.split = split;
      index.records.push_back(record);
    }
  }
  return index;
}

std::vector<int> Labels(int cats, int dogs, int birds) {
  std::vector<int> labels(cats, 0);
  labels.insert(labels.end(), dogs, 1);
  labels.insert(labels.end(), birds, 2);
  return labels;
}

SampleOrder OrderOf(const DatasetIndex& index, const std::string& config, uint64_t seed = 7) {
  return SampleOrder::Create(index, Split::kTrain, ParseTextOrDie<LoaderConfig>(config), seed).value();
}

std::vector<SampleTurn> TurnsOf(const SampleOrder& order, int64_t epoch) {
  std::vector<SampleTurn> turns;
  order.OfEpoch(epoch, &turns);
  EXPECT_EQ(static_cast<int64_t>(turns.size()), order.samples_per_epoch());
  return turns;
}

std::vector<int64_t> IdsOf(const std::vector<SampleTurn>& turns) {
  std::vector<int64_t> ids;
  for (const SampleTurn& turn : turns) ids.push_back(turn.id);
  return ids;
}

std::map<int64_t, int> TurnsById(const std::vector<SampleTurn>& turns) {
  std::map<int64_t, int> counts;
  for (const SampleTurn& turn : turns) ++counts[turn.id];
  return counts;
}

std::vector<int> TurnsByClass(const DatasetIndex& index, const std::vector<SampleTurn>& turns) {
  std::vector<int> counts(index.classes.size());
  for (const SampleTurn& turn : turns) ++counts[index.records[turn.id].label];
  return counts;
}

// Each sample's copies are 0, 1, 2 … in some order, so that no two are augmented alike.
void ExpectCopiesDiffer(const std::vector<SampleTurn>& turns) {
  std::map<int64_t, std::set<int64_t>> copies;
  for (const SampleTurn& turn : turns) EXPECT_TRUE(copies[turn.id].insert(turn.copy).second);
  for (const auto& [id, of_sample] : copies) EXPECT_EQ(*of_sample.rbegin(), static_cast<int64_t>(of_sample.size()) - 1) << id;
}

TEST(SampleOrderTest, WithoutShufflingItIsThatOfTheSplitsRecords) {
  const DatasetIndex index = IndexOf(Labels(2, 2, 0));
  const SampleOrder order = OrderOf(index, "shuffle: false batch_size: 3");

  EXPECT_THAT(IdsOf(TurnsOf(order, 1)), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(TurnsOf(order, 2), TurnsOf(order, 1));
  EXPECT_TRUE(order.is_fixed());
  EXPECT_THAT(IdsOf(TurnsOf(SampleOrder::Sequential({9, 4}, /*batch_size=*/1), 5)), ElementsAre(9, 4));
}

// The order of every run before there were other samplers.
TEST(SampleOrderTest, ShuffledItIsTheRandomOrderOfTheRecords) {
  const DatasetIndex index = IndexOf(Labels(20, 10, 10));
  const std::vector<int64_t> ids = index.RecordsOf(Split::kTrain);
  const std::vector<int64_t> positions = RandomOrder(7, RngStream::kShuffle, /*epoch=*/3, static_cast<int64_t>(ids.size()));

  const std::vector<SampleTurn> turns = TurnsOf(OrderOf(index, ""), 3);

  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(turns[i], (SampleTurn{ids[positions[i]], 0}));
}

TEST(SampleOrderTest, ClassBalancedEpochsHaveEquallyManySamplesOfEachClass) {
  const DatasetIndex index = IndexOf(Labels(50, 7, 3));
  const SampleOrder order = OrderOf(index, "class_balanced {}");

  std::map<int64_t, int> all;
  for (int64_t epoch = 1; epoch <= 5; ++epoch) {
    const std::vector<SampleTurn> turns = TurnsOf(order, epoch);
    EXPECT_THAT(TurnsByClass(index, turns), ElementsAre(20, 20, 20)) << epoch;
    ExpectCopiesDiffer(turns);
    for (const auto& [id, count] : TurnsById(turns)) {
      all[id] += count;
      const int label = index.records[id].label;
      const int least = label == 0 ? 1 : 20 / (label == 1 ? 7 : 3);  // those that come at all
      EXPECT_THAT(count, testing::AnyOf(least, label == 0 ? least : least + 1)) << id;
    }
  }
  EXPECT_GT(all.size(), 50u);  // of 60: those of the large class take turns
}

TEST(SampleOrderTest, ClassesThatDoNotDivideAnEpochDifferByOne) {
  const DatasetIndex index = IndexOf(Labels(50, 7, 3));

  std::set<std::vector<int>> seen;
  for (int64_t epoch = 1; epoch <= 30; ++epoch) {
    std::vector<int> counts = TurnsByClass(index, TurnsOf(OrderOf(index, "class_balanced { samples_per_epoch: 20 }"), epoch));
    seen.insert(counts);
    std::sort(counts.begin(), counts.end());
    EXPECT_THAT(counts, ElementsAre(6, 7, 7));
  }
  EXPECT_GT(seen.size(), 1u);
}

TEST(SampleOrderTest, WeightsSayHowOftenTheSamplesOfAClassCome) {
  const DatasetIndex index = IndexOf(Labels(20, 10, 10));
  const SampleOrder order =
      OrderOf(index, "weighted { classes { name: 'dog' weight: 2.5 } classes { name: 'bird' weight: 0 } samples_per_epoch: 90 }");

  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    const std::vector<SampleTurn> turns = TurnsOf(order, epoch);
    EXPECT_THAT(TurnsByClass(index, turns), ElementsAre(40, 50, 0));
    for (const auto& [id, count] : TurnsById(turns)) EXPECT_EQ(count, index.records[id].label == 0 ? 2 : 5);
    ExpectCopiesDiffer(turns);
  }
}

TEST(SampleOrderTest, EqualWeightsGiveEachSampleOnce) {
  const DatasetIndex index = IndexOf(Labels(20, 10, 10));
  std::vector<int64_t> ids = IdsOf(TurnsOf(OrderOf(index, "weighted { classes { name: 'dog' weight: 1 } }"), 1));
  EXPECT_FALSE(std::is_sorted(ids.begin(), ids.end()));

  std::sort(ids.begin(), ids.end());

  EXPECT_EQ(ids, index.RecordsOf(Split::kTrain));
}

TEST(SampleOrderTest, DrawnEpochsAreMixedAndDiffer) {
  const DatasetIndex index = IndexOf(Labels(30, 30, 30));
  const SampleOrder order = OrderOf(index, "class_balanced {}");
  const std::vector<SampleTurn> first = TurnsOf(order, 1);

  EXPECT_EQ(TurnsOf(OrderOf(index, "class_balanced {} batch_size: 5"), 1), first);
  EXPECT_NE(IdsOf(TurnsOf(order, 2)), IdsOf(first));
  EXPECT_NE(IdsOf(TurnsOf(OrderOf(index, "class_balanced {}", /*seed=*/8), 1)), IdsOf(first));
  std::set<int> labels;
  for (int i = 0; i < 20; ++i) labels.insert(index.records[first[i].id].label);
  EXPECT_EQ(labels.size(), 3u);
}

TEST(SampleOrderTest, RepeatedSamplesStandSideBySide) {
  const DatasetIndex index = IndexOf(Labels(10, 10, 10));
  const std::vector<int64_t> shuffled = IdsOf(TurnsOf(OrderOf(index, ""), 2));

  const std::vector<SampleTurn> turns = TurnsOf(OrderOf(index, "repeated { copies: 4 }"), 2);

  ASSERT_EQ(turns.size(), 30u);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(turns[i], (SampleTurn{shuffled[i / 4], i % 4})) << i;
}

TEST(SampleOrderTest, AnEpochLongerThanAllCopiesBeginsAgain) {
  const DatasetIndex index = IndexOf(Labels(2, 1, 0));

  const std::vector<SampleTurn> turns = TurnsOf(OrderOf(index, "repeated { copies: 2 samples_per_epoch: 15 }"), 1);

  EXPECT_EQ(turns[6], (SampleTurn{turns[0].id, 2}));
  EXPECT_EQ(turns[13], (SampleTurn{turns[0].id, 5}));
  ExpectCopiesDiffer(turns);
}

TEST(SampleOrderTest, CountsBatches) {
  const DatasetIndex index = IndexOf(Labels(5, 4, 0));
  const SampleOrder all = OrderOf(index, "batch_size: 4"), full = OrderOf(index, "batch_size: 4 drop_last: true");
  const SampleOrder drawn = OrderOf(index, "batch_size: 4 drop_last: true class_balanced { samples_per_epoch: 14 }");

  EXPECT_EQ(all.batches_per_epoch(), 3);
  EXPECT_THAT((std::vector<int64_t>{all.SamplesOf(0), all.SamplesOf(2), all.SamplesOf(3)}), ElementsAre(4, 1, 0));
  EXPECT_EQ(full.samples_per_epoch(), 8);
  EXPECT_EQ(full.batches_per_epoch(), 2);
  EXPECT_EQ(drawn.samples_per_epoch(), 12);
  EXPECT_THAT(TurnsByClass(index, TurnsOf(drawn, 1)), ElementsAre(6, 6, 0));
}

TEST(SampleOrderTest, AnEmptySplitHasNoTurns) {
  for (const char* config : {"", "shuffle: false", "class_balanced { samples_per_epoch: 5 }", "repeated {}",
                             "weighted { classes { name: 'dog' } samples_per_epoch: 9 }"}) {
    const SampleOrder order = OrderOf(IndexOf({}), config);
    EXPECT_EQ(order.batches_per_epoch(), 0) << config;
    EXPECT_THAT(TurnsOf(order, 1), IsEmpty()) << config;
  }
}

TEST(SampleOrderTest, ClassesThatDoNotExistOrLeaveNothingAreRefused) {
  const auto create = [](const std::string& config) {
    return SampleOrder::Create(IndexOf(Labels(3, 3, 0)), Split::kTrain, ParseTextOrDie<LoaderConfig>(config), 1).status();
  };

  const absl::Status unknown = create("weighted { classes { name: 'cat' } classes { name: 'dogs' } }");
  EXPECT_THAT(unknown, Fails(ExitCode::kConfig, HasSubstr("loader.weighted.classes[1].name is \"dogs\"")));
  EXPECT_THAT(unknown, Fails(ExitCode::kConfig, HasSubstr("dog")));
  EXPECT_THAT(create("weighted { classes { name: 'cat' weight: 0 } classes { name: 'dog' weight: 0 } }"),
              Fails(ExitCode::kConfig, HasSubstr("has weight 0")));
}

TEST(SampleOrderTest, NoSampleComesMoreOftenThanRandomNumbersCanTellApart) {
  const DatasetIndex index = IndexOf(Labels(3, 1, 0));
  const auto create = [&](const std::string& config) {
    return SampleOrder::Create(index, Split::kTrain, ParseTextOrDie<LoaderConfig>(config), 7).status();
  };

  EXPECT_THAT(create("class_balanced { samples_per_epoch: 2097152 }"), IsOk());
  EXPECT_THAT(
      create("class_balanced { samples_per_epoch: 2097160 }"),
      Fails(ExitCode::kConfig, AllOf(HasSubstr("loader.class_balanced.samples_per_epoch is 2097160"), HasSubstr("at most 2097152"))));
  EXPECT_THAT(create("weighted { classes { name: 'dog' weight: 3 } samples_per_epoch: 2097160 }"),
              Fails(ExitCode::kConfig, HasSubstr("loader.weighted.samples_per_epoch")));
  EXPECT_THAT(create("repeated { samples_per_epoch: 4194304 }"), IsOk());
  EXPECT_THAT(create("repeated { samples_per_epoch: 4194305 }"),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("loader.repeated.samples_per_epoch"), HasSubstr("at most 4194304"))));
}

// Also with the last class of next to no length, which takes what rounding leaves.
TEST(SampleOrderTest, WeightsOfAnySizeGiveTheirShares) {
  const DatasetIndex index = IndexOf(Labels(20, 20, 20));
  const SampleOrder order = OrderOf(index,
                                    "weighted { classes { name: 'cat' weight: 1e9 } classes { name: 'dog' weight: 1e9 } "
                                    "classes { name: 'bird' weight: 1e-300 } samples_per_epoch: 40 }");

  for (int64_t epoch = 1; epoch <= 5; ++epoch) EXPECT_THAT(TurnsByClass(index, TurnsOf(order, epoch)), ElementsAre(20, 20, 0));
}

}  // namespace
}  // namespace mica
