#include "training/observers/kept_predictions.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/testing/status_matchers.h"
#include "training/observers/example_reports.h"

namespace mica {
namespace {

// A table whose only sample has this id.
PredictionTable TableOf(int64_t id) {
  PredictionTable table(2);
  table.Add(id, 0, {1, 0});
  return table;
}

// An epoch of 10 steps whose predictions of validation and test samples have its number as id.
void EndEpoch(int64_t epoch, bool has_best, bool is_best, KeptPredictions* kept) {
  const std::vector<EvaluatedSplit> evaluations = {{Split::kValidation, TableOf(100 + epoch)}, {Split::kTest, TableOf(epoch)}};
  EpochReport report;
  report.row.epoch = epoch;
  report.row.step = 10 * epoch;
  report.evaluations = evaluations;
  report.is_best = is_best;
  if (has_best) report.state.best.emplace();
  EXPECT_THAT(kept->OnEpoch(report), IsOk());
}

TEST(KeptPredictionsTest, TheLastEpochIsKeptWhereNothingSelects) {
  KeptPredictions kept;
  EndEpoch(1, false, false, &kept);
  EndEpoch(2, false, false, &kept);
  ASSERT_NE(kept.At(20, Split::kTest), nullptr);
  EXPECT_EQ(kept.At(20, Split::kTest)->record_id(0), 2);
  EXPECT_EQ(kept.At(10, Split::kTest), nullptr);
}

TEST(KeptPredictionsTest, TheBestEpochIsKept) {
  KeptPredictions kept;
  EndEpoch(1, true, true, &kept);
  EndEpoch(2, true, true, &kept);
  EndEpoch(3, true, false, &kept);
  ASSERT_NE(kept.At(20, Split::kValidation), nullptr);
  EXPECT_EQ(kept.At(20, Split::kValidation)->record_id(0), 102);
  EXPECT_EQ(kept.At(30, Split::kValidation), nullptr);
}

TEST(KeptPredictionsTest, AnEpochThatDidNotEvaluateTheSplitLeavesNothing) {
  KeptPredictions kept;
  EndEpoch(1, true, true, &kept);
  EXPECT_EQ(kept.At(10, Split::kTrain), nullptr);
}

TEST(KeptPredictionsTest, EverySplitOfTheEpochIsKept) {
  KeptPredictions kept;
  EndEpoch(1, true, true, &kept);
  ASSERT_NE(kept.At(10, Split::kTest), nullptr);
  EXPECT_EQ(kept.At(10, Split::kTest)->record_id(0), 1);
  EXPECT_EQ(kept.At(10, Split::kValidation)->record_id(0), 101);
}

TEST(KeptPredictionsTest, NothingIsKeptBeforeTheFirstEpoch) {
  EXPECT_EQ(KeptPredictions().At(0, Split::kTest), nullptr);
}

}  // namespace
}  // namespace mica
