#include "viz/plot/density_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::HasSubstr;

// The rows of a block.
std::vector<std::string> Block(const PlotScript& script, const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(script.data, name + " << EOD\n");
  std::vector<std::string> rows = absl::StrSplit(std::vector<std::string>(absl::StrSplit(parts[1], "EOD\n"))[0], '\n');
  rows.pop_back();
  return rows;
}

DensityPlot Columns(const std::vector<double>& xs) {
  DensityPlot plot;
  for (const double x : xs) plot.columns.push_back({x, {-1, 0, 1}, {3, 1}});
  return plot;
}

TEST(DensityPlotTest, QuantilesLieEvenlyInTheirBins) {
  const DensityColumn column = {0, {-1, 0, 2, 3}, {4, 4, 0}};
  EXPECT_DOUBLE_EQ(HistogramQuantile(column, 0), -1);
  EXPECT_DOUBLE_EQ(HistogramQuantile(column, 0.25), -0.5);
  EXPECT_DOUBLE_EQ(HistogramQuantile(column, 0.5), 0);
  EXPECT_DOUBLE_EQ(HistogramQuantile(column, 0.75), 1);
  EXPECT_DOUBLE_EQ(HistogramQuantile(column, 1), 2);
}

TEST(DensityPlotTest, EvenColumnsAreOnePixelEach) {
  const PlotScript script = DensityPlotScript(Columns({2, 4, 6}));
  EXPECT_EQ(Block(script, "$d0").size(), 3 * kDensityRows);
  EXPECT_THAT(script.commands, HasSubstr("set xrange [1:7]"));
}

TEST(DensityPlotTest, OtherColumnsAreTheNearest) {
  const PlotScript script = DensityPlotScript(Columns({0, 1, 100}));
  EXPECT_EQ(Block(script, "$d0").size(), kMaxDensityColumns * kDensityRows);
}

TEST(DensityPlotTest, TheFullestPlaceIsTheDarkest) {
  const std::vector<std::string> rows = Block(DensityPlotScript(Columns({1, 2})), "$d0");
  // The lower bin has three times the density of the upper one.
  const std::vector<std::string> low = absl::StrSplit(rows[10], ' '), high = absl::StrSplit(rows[kDensityRows - 10], ' ');
  const PlotColour darkest = ShareColour(0.75), third = ShareColour(0.25);
  EXPECT_EQ(std::stoi(low[2]), darkest.red);
  EXPECT_EQ(std::stoi(high[2]), third.red);
}

TEST(DensityPlotTest, TheLinesAreTheMedianAndTheMiddle90PerCent) {
  const PlotScript script = DensityPlotScript(Columns({1, 2}));
  EXPECT_EQ(Block(script, "$d2"), (std::vector<std::string>{"1 -0.333333333333", "2 -0.333333333333"}));
  EXPECT_EQ(Block(script, "$d1")[0], "1 -0.933333333333");
  EXPECT_EQ(Block(script, "$d3")[0], "1 0.8");
}

TEST(DensityPlotTest, RareOutliersDoNotSquashTheRest) {
  DensityPlot plot;
  plot.columns = {{1, {-1000, -1, 1, 1000}, {1, 9998, 1}}, {2, {-1000, -1, 1, 1000}, {1, 9998, 1}}};
  EXPECT_THAT(DensityPlotScript(plot).commands, HasSubstr("set yrange [-1.0"));
}

TEST(DensityPlotTest, ColumnsWithoutCountsAreLeftOut) {
  DensityPlot plot = Columns({1, 2, 3});
  plot.columns[1].counts = {0, 0};
  EXPECT_THAT(DensityPlotScript(plot).commands, HasSubstr("set xrange [0:4]"));
  EXPECT_THAT(DensityPlotScript({}).commands, HasSubstr("\"no data\""));
}

}  // namespace
}  // namespace mica
