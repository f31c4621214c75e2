#include "viz/plot/scatter_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ScatterPlot Points(std::vector<ScatterPoint> points) {
  ScatterPlot plot;
  plot.points = std::move(points);
  return plot;
}

TEST(ScatterPlotTest, GroupsHaveColoursAndMarkers) {
  const PlotScript script = ScatterPlotScript(Points({{1, 2, 0}, {3, 4, 1}, {5, 6, 0}}));
  // Blue and vermilion as numbers; squares are gnuplot's type 5, circles 7.
  EXPECT_EQ(script.data, absl::StrCat("$d0 << EOD\n3 4 ", 0xd55e00, "\nEOD\n$d1 << EOD\n1 2 ", 0x0072b2, "\n5 6 ", 0x0072b2, "\nEOD\n"));
  EXPECT_THAT(script.commands, AllOf(HasSubstr("$d0 using 1:2:3 with points pt 5"), HasSubstr("$d1 using 1:2:3 with points pt 7")));
}

TEST(ScatterPlotTest, MarkedPointsHaveACrossAboveAllOthers) {
  ScatterPlot plot = Points({{1, 2, 0, true}, {3, 4, 1}});
  plot.mark = "wrong";
  const PlotScript script = ScatterPlotScript(plot);
  EXPECT_THAT(script.data, HasSubstr("$d2 << EOD\n1 2\nEOD\n"));
  EXPECT_GT(script.commands.find("$d2 using 1:2 with points pt 2"), script.commands.find("$d1 using"));
  EXPECT_THAT(script.commands, HasSubstr("set label \"wrong\""));
}

TEST(ScatterPlotTest, PointsWithoutAPlaceAreLeftOutAndCounted) {
  ScatterPlot plot = Points({{1, 2}, {kNan, 2}, {3, kNan}});
  EXPECT_THAT(ScatterPlotScript(plot).commands, HasSubstr("\"1 of 3 points\""));
  plot.points = {{10, 1}, {0, 1}};
  plot.x.scale = AxisScale::kLog;
  EXPECT_THAT(ScatterPlotScript(plot).commands, HasSubstr("\"1 of 2 points\""));
}

TEST(ScatterPlotTest, OfTooManyPointsEveryNthIsDrawn) {
  std::vector<ScatterPoint> points;
  for (int i = 0; i < 20'000; ++i) points.push_back({static_cast<double>(i), 0});
  const PlotScript script = ScatterPlotScript(Points(points));
  EXPECT_THAT(script.commands, HasSubstr("\"5000 of 20000 points\""));
  EXPECT_THAT(script.data, AllOf(HasSubstr("\n4 0 "), Not(HasSubstr("\n5 0 ")), HasSubstr("\n19996 0 ")));
}

TEST(ScatterPlotTest, AHundredGroupsHaveALegendInColumns) {
  ScatterPlot plot = Points({{0, 0, 99}});
  for (int i = 0; i < 100; ++i) plot.groups.push_back(absl::StrCat("a rather long name of class ", i));
  const PlotScript script = ScatterPlotScript(plot);
  EXPECT_LT(script.height_px, 600);
  EXPECT_LT(script.width_px, 1200);
  EXPECT_EQ(std::vector<std::string>(absl::StrSplit(script.commands, "set label \"a rather")).size(), 101u);
}

TEST(ScatterPlotTest, WithoutTicksThereIsAFrame) {
  ScatterPlot plot = Points({{0, 0}, {1, 1}});
  plot.has_ticks = false;
  EXPECT_THAT(ScatterPlotScript(plot).commands, AllOf(HasSubstr("unset xtics"), HasSubstr("unset ytics"), HasSubstr("set border 15")));
}

TEST(ScatterPlotTest, WithoutPointsItSaysSo) {
  EXPECT_THAT(ScatterPlotScript({}).commands, HasSubstr("\"no data\""));
}

}  // namespace
}  // namespace mica
