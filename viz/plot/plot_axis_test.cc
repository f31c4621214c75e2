#include "viz/plot/plot_axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/number_format.h"
#include "base/rng.h"

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string Labels(const std::vector<AxisTick>& ticks) {
  std::vector<std::string> labels;
  for (const AxisTick& tick : ticks) {
    if (!tick.label.empty()) labels.push_back(tick.label);
  }
  return absl::StrJoin(labels, " ");
}

std::string Ends(AxisRange range) {
  return absl::StrCat(FormatDigits(range.low, 6), " ", FormatDigits(range.high, 6));
}

PlotAxis LogAxis() {
  return {"", AxisScale::kLog};
}

TEST(PlotAxisTest, TicksStandAtRoundValues) {
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0, 1}, 6)), "0.0 0.2 0.4 0.6 0.8 1.0");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {-0.9, 1.1}, 5)), "-0.5 0.0 0.5 1.0");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0.4, 30.6}, 9)), "5 10 15 20 25 30");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0.9, 3.1}, 9, /*is_whole=*/true)), "1 2 3");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0, 52000}, 6)), "0k 10k 20k 30k 40k 50k");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0, 2.5e6}, 6)), "0.0M 0.5M 1.0M 1.5M 2.0M 2.5M");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {-2e-5, 4e-5}, 3)), "-2×10⁻⁵ 0 2×10⁻⁵ 4×10⁻⁵");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLinear, {0.9131, 0.9139}, 4)), "0.9132 0.9134 0.9136 0.9138");
}

TEST(PlotAxisTest, LogTicksStandAtPowersAndBetweenThem) {
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {1e-6, 10}, 9)), "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {0.5, 12000}, 9)), "1 10 100 1k 10k");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {0.02, 3}, 8)), "0.02 0.05 0.1 0.2 0.5 1 2");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {2.1, 2.9}, 4)), "2.2 2.4 2.6 2.8");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {0.91, 1.6}, 4)), "1.0 1.2 1.4 1.6");
  EXPECT_EQ(Labels(AxisTicks(AxisScale::kLog, {1e-100, 1e100}, 5)), "10⁻¹⁰⁰ 10⁻⁵⁹ 10⁻¹⁸ 10²³ 10⁶⁴");
  EXPECT_EQ(AxisTicks(AxisScale::kLog, {1, 100}, 3).size(), 19u);  // 1, 2, … 9, 10, 20, … 100
}

TEST(PlotAxisTest, TicksLieInTheRangeInOrderAndAreFew) {
  for (int i = 0; i < 3000; ++i) {
    Rng rng(4, RngStream::kShuffle, 1, i);
    const AxisScale scale = i % 2 == 0 ? AxisScale::kLinear : AxisScale::kLog;
    const double low = std::pow(10, 40 * rng.Uniform() - 20) * (scale == AxisScale::kLinear && i % 3 == 0 ? -1 : 1);
    const AxisRange range = FitRange({"", scale}, {low, low + std::abs(low) * std::pow(10, 8 * rng.Uniform() - 4)});
    const int at_most = 2 + static_cast<int>(rng.UniformBelow(10));
    double before = -kInfinity;
    int labels = 0;
    for (const AxisTick& tick : AxisTicks(scale, range, at_most)) {
      EXPECT_GT(tick.place, before);
      EXPECT_GE(PlaceInRange(scale, range, tick.place), -1e-4);
      EXPECT_LE(PlaceInRange(scale, range, tick.place), 1 + 1e-4);
      before = tick.place;
      labels += tick.label.empty() ? 0 : 1;
    }
    EXPECT_LE(labels, 2 * at_most + 2) << range.low << " " << range.high;
    EXPECT_GE(labels, 2) << range.low << " " << range.high << " " << at_most;
  }
}

TEST(PlotAxisTest, RangesHoldTheValuesThatHaveAPlace) {
  EXPECT_EQ(Ends(FitRange({}, {1, 2, kNan, kInfinity, -kInfinity, 1e200}, 0.1)), "0.9 2.1");
  EXPECT_EQ(Ends(FitRange(LogAxis(), {1, 100, 0, -5, kNan}, 0.5)), "0.1 1000");
}

TEST(PlotAxisTest, WithoutValuesOrWithEqualOnesThereIsARange) {
  EXPECT_EQ(Ends(FitRange({}, {})), "0 1");
  EXPECT_EQ(Ends(FitRange({}, {kNan})), "0 1");
  EXPECT_EQ(Ends(FitRange(LogAxis(), {0, -1})), "0.1 1");
  EXPECT_EQ(Ends(FitRange({}, {5}, 0)), "4.5 5.5");
  EXPECT_EQ(Ends(FitRange({}, {0, 0}, 0)), "-1 1");
  EXPECT_EQ(Ends(FitRange({}, {1, 1 + 1e-15}, 0)), "0.9 1.1");
  EXPECT_EQ(Ends(FitRange(LogAxis(), {8}, 0)), "4 16");
}

TEST(PlotAxisTest, GivenEndsAreKept) {
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLinear, 0, 1}, {0.2, 0.3})), "0 1");
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLinear, 0}, {0.2, 1}, 0)), "0 1");
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLinear, 3}, {0.2, 1}, 0)), "2.7 3.3");
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLinear, 3, 2}, {0.2, 1}, 0)), "0.2 1");
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLinear, kNan, kInfinity}, {0.2, 1}, 0)), "0.2 1");
  EXPECT_EQ(Ends(FitRange({"", AxisScale::kLog, 0, 50}, {1, 10}, 0)), "1 50");
}

TEST(PlotAxisTest, PlacesAreSharesOfTheRange) {
  EXPECT_DOUBLE_EQ(PlaceInRange(AxisScale::kLinear, {-1, 3}, 0), 0.25);
  EXPECT_DOUBLE_EQ(PlaceInRange(AxisScale::kLog, {0.1, 1000}, 1), 0.25);
}

}  // namespace
}  // namespace mica
