#include "viz/plot/histogram_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(HistogramPlotTest, SeriesStandOnEachOther) {
  HistogramPlot plot;
  plot.edges = {0, 1, 3};
  plot.series = {{"wrong", {4, 0}, kWrongInk}, {"right", {3, 20}, kRightInk}};
  const PlotScript script = HistogramPlotScript(plot);
  EXPECT_EQ(script.data, "$d0 << EOD\n0.5 0 0.04 0.96 0 4\nEOD\n$d1 << EOD\n0.5 4 0.04 0.96 4 7\n2 0 1.08 2.92 0 20\nEOD\n");
  EXPECT_THAT(script.commands, AllOf(HasSubstr("$d0 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb \"#D55E00\""),
                                     HasSubstr("set yrange [0:20.8]"), HasSubstr("set label \"wrong\"")));
}

TEST(HistogramPlotTest, WithoutCountsItSaysSo) {
  HistogramPlot plot;
  plot.edges = {0, 1};
  plot.series = {{"", {std::numeric_limits<double>::quiet_NaN()}}};
  EXPECT_THAT(HistogramPlotScript(plot).commands, HasSubstr("\"no data\""));
  plot.series[0].counts = {1};
  EXPECT_THAT(HistogramPlotScript(plot).commands, Not(HasSubstr("\"no data\"")));
}

TEST(HistogramPlotTest, CountsHaveNoTicksBetweenWholeNumbers) {
  HistogramPlot plot;
  plot.edges = {0, 1};
  plot.series = {{"", {2}}};
  EXPECT_THAT(HistogramPlotScript(plot).commands, HasSubstr("(\"0\" 0, \"1\" 1, \"2\" 2)"));
}

}  // namespace
}  // namespace mica
