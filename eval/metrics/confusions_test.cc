#include "eval/metrics/confusions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PredictionTable TableOf(const std::vector<std::pair<int, int>>& truths_and_predictions) {
  PredictionTable table(3);
  for (const auto& [truth, prediction] : truths_and_predictions) {
    std::vector<float> logits(3);
    logits[prediction] = 1;
    table.Add(/*record_id=*/100 + table.size(), truth, logits);
  }
  return table;
}

TEST(ConfusionsTest, TheMostFrequentPairComesFirstWithSamplesToLookAt) {
  const PredictionTable table = TableOf({{2, 0}, {1, 1}, {0, 1}, {2, 0}, {-1, 0}, {1, 2}, {2, 0}, {2, 2}});
  const std::vector<Confusion> confusions = MostConfused(table, /*pairs=*/2, /*ids=*/2);
  ASSERT_THAT(confusions, SizeIs(2));
  EXPECT_EQ(confusions[0].truth, 2);
  EXPECT_EQ(confusions[0].prediction, 0);
  EXPECT_EQ(confusions[0].count, 3);
  EXPECT_DOUBLE_EQ(confusions[0].share, .75);
  EXPECT_THAT(confusions[0].record_ids, ElementsAre(100, 103));
  // Of the two pairs with one sample, the lower truth.
  EXPECT_EQ(confusions[1].truth, 0);
  EXPECT_DOUBLE_EQ(confusions[1].share, 1);
  EXPECT_THAT(MostConfused(table, 100), SizeIs(3));
}

TEST(ConfusionsTest, NothingConfusedIsAnEmptyList) {
  EXPECT_THAT(MostConfused(TableOf({{0, 0}, {2, 2}, {-1, 1}}), 10), IsEmpty());
  EXPECT_THAT(MostConfused(TableOf({{0, 1}}), 0), IsEmpty());
  EXPECT_THAT(MostConfused(PredictionTable(3), 10), IsEmpty());
}

// A NaN is the lowest logit, so the other class is predicted.
TEST(ConfusionsTest, ARowWithNanHasAPrediction) {
  PredictionTable table(2);
  table.Add(0, 0, {std::numeric_limits<float>::quiet_NaN(), -3});
  EXPECT_THAT(MostConfused(table, 10), SizeIs(1));
}

TEST(ConfusionsTest, AgreesWithTheConfusionMatrix) {
  const PredictionTable table = ReferenceTable({"", 2000, 40, 30, 2000, 7});
  const ConfusionMatrix matrix(table);
  const std::vector<double> shares = matrix.Shares(ConfusionMatrix::ShareOf::kTruth);
  int64_t wrong = 0;
  int64_t before = table.size();
  for (const Confusion& confusion : MostConfused(table, 40 * 40)) {
    EXPECT_EQ(confusion.count, matrix.count(confusion.truth, confusion.prediction));
    EXPECT_DOUBLE_EQ(confusion.share, shares[confusion.truth * 40 + confusion.prediction]);
    EXPECT_LE(confusion.count, before);
    wrong += before = confusion.count;
  }
  EXPECT_EQ(wrong, matrix.total() - matrix.Counts().right());
}

}  // namespace
}  // namespace mica
