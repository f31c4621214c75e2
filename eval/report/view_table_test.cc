#include "eval/report/view_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/csv_reader.h"
#include "base/testing/status_matchers.h"
#include "eval/metrics/merged_predictions.h"

namespace mica {
namespace {

PredictionTable Table(float first, float second) {
  PredictionTable table(2);
  table.Add(0, 0, {first, 0});
  table.Add(1, 0, {second, 0});
  return table;
}

TEST(ViewTableTest, HasARowForEachViewAndOneForAll) {
  const std::vector<PredictionTable> views = {Table(1, -1), Table(5, -1), Table(-1, 4)};
  const auto table = ParseCsv(ViewTableCsv(views, MergePredictions(views)), "tta.csv", {"view", "accuracy", "loss"});
  ASSERT_THAT(table, IsOk());
  ASSERT_EQ(table->size(), 4);
  const char* const names[] = {"clean", "1", "2", "merged"};
  const double accuracies[] = {0.5, 0.5, 0.5, 1};
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(table->Text(row, "view"), names[row]);
    EXPECT_THAT(table->Real(row, "accuracy"), IsOkAndHolds(accuracies[row])) << row;
  }
}

}  // namespace
}  // namespace mica
