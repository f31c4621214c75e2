#include "training/loop/best_so_far.h"

#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Takes the selecting metric's value in each epoch; returns the epochs that were the best so far.
std::vector<int64_t> BestOnes(EvaluationConfig::SelectionMetric select_by, const char* metric, const std::vector<double>& values) {
  std::optional<BestSoFar> best;
  std::vector<int64_t> best_ones;
  int64_t epoch = 0;
  for (const double value : values) {
    EpochRow row;
    row.epoch = ++epoch;
    MetricSet metrics;
    // All other metrics say the opposite, so that reading a wrong one is noticed.
    for (const std::string& name : MetricNames()) {
      metrics.values.push_back({name, name == metric ? value : -value});
    }
    row.evaluations = {{Split::kTest, MetricSet{{{metric, -value}}}}, {Split::kValidation, metrics}};
    if (UpdateBest(row, Split::kValidation, select_by, &best)) best_ones.push_back(row.epoch);
  }
  return best_ones;
}

using Epochs = std::vector<int64_t>;

TEST(BestSoFarTest, TheLargestScoreIsTheBestTheEarliestOfEquals) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_ACCURACY, "accuracy", {.5, .9, .9, .7}), (Epochs{1, 2}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_BALANCED_ACCURACY, "balanced_accuracy", {.5, .4, .6}), (Epochs{1, 3}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_MACRO_F1, "macro_f1", {0, 0, .1}), (Epochs{1, 3}));
}

TEST(BestSoFarTest, TheSmallestLossIsTheBestTheEarliestOfEquals) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_LOSS, "loss", {2, 1, 1, 3, .5}), (Epochs{1, 2, 5}));
}

TEST(BestSoFarTest, NanIsWorseThanAnyNumber) {
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_LOSS, "loss", {kNan, 2, kNan, 1}), (Epochs{1, 2, 4}));
  EXPECT_EQ(BestOnes(EvaluationConfig::VAL_ACCURACY, "accuracy", {kNan, 0, kNan}), (Epochs{1, 2}));
}

TEST(BestSoFarTest, KeepsTheRowOfTheBest) {
  std::optional<BestSoFar> best;
  for (const auto& [epoch, accuracy] : {std::pair(1, .5), std::pair(2, .8), std::pair(3, .6)}) {
    EpochRow row;
    row.epoch = epoch;
    row.evaluations = {{Split::kValidation, MetricSet{{{"accuracy", accuracy}}}}};
    UpdateBest(row, Split::kValidation, EvaluationConfig::VAL_ACCURACY, &best);
  }

  EXPECT_EQ(best->row.epoch, 2);
  EXPECT_EQ(best->value, .8);
}

TEST(BestSoFarTest, WithoutValidationThereIsNone) {
  std::optional<BestSoFar> best;
  EpochRow row;
  row.evaluations = {{Split::kTest, MetricSet{{{"accuracy", 1}}}}};  // never selects

  EXPECT_FALSE(UpdateBest(row, Split::kValidation, EvaluationConfig::VAL_ACCURACY, &best));

  EXPECT_FALSE(best.has_value());
}

}  // namespace
}  // namespace mica
