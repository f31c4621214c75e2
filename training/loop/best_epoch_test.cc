#include "training/loop/best_epoch.h"

#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The metric that selects, in each epoch -> the epochs that were the best so far.
std::vector<int64_t> BestOnes(EvaluationConfig::SelectionMetric select_by, const char* metric, const std::vector<double>& values) {
  BestEpoch best(select_by);
  std::vector<int64_t> best_ones;
  int64_t epoch = 0;
  for (const double value : values) {
    EpochRow row;
    row.epoch = ++epoch;
    row.validation.emplace();
    for (const std::string& name : MetricNames()) {  // all others say the opposite, so that looking at a wrong one is noticed
      row.validation->values.push_back({name, name == metric ? value : -value});
    }
    if (best.Update(row)) best_ones.push_back(row.epoch);
  }
  return best_ones;
}

using Epochs = std::vector<int64_t>;

TEST(BestEpochTest, TheLargestScoreIsTheBestTheEarliestOfEquals) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_ACCURACY, "accuracy", {.5, .9, .9, .7}), (Epochs{1, 2}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_BALANCED_ACCURACY, "balanced_accuracy", {.5, .4, .6}), (Epochs{1, 3}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_MACRO_F1, "macro_f1", {0, 0, .1}), (Epochs{1, 3}));
}

TEST(BestEpochTest, TheSmallestLossIsTheBestTheEarliestOfEquals) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_LOSS, "loss", {2, 1, 1, 3, .5}), (Epochs{1, 2, 5}));
}

TEST(BestEpochTest, NanIsWorseThanAnyNumber) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_LOSS, "loss", {kNan, 2, kNan, 1}), (Epochs{1, 2, 4}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_ACCURACY, "accuracy", {kNan, 0, kNan}), (Epochs{1, 2}));
}

TEST(BestEpochTest, KeepsTheRowOfTheBest) {
  BestEpoch best(EvaluationConfig::VAL_ACCURACY);
  for (const auto& [epoch, accuracy] : {std::pair(1, .5), std::pair(2, .8), std::pair(3, .6)}) {
    EpochRow row;
    row.epoch = epoch;
    row.validation = MetricSet{{{"accuracy", accuracy}}};
    best.Update(row);
  }

  EXPECT_EQ(best.row()->epoch, 2);
  EXPECT_EQ(best.value(), .8);
}

TEST(BestEpochTest, WithoutValidationThereIsNone) {
  BestEpoch best(EvaluationConfig::VAL_ACCURACY);

  EXPECT_FALSE(best.Update(EpochRow()));

  EXPECT_FALSE(best.row().has_value());
}

}  // namespace
}  // namespace mica
