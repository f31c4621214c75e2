#include "viz/plot/bar_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

BarPlot Bars(std::vector<double> values) {
  BarPlot plot;
  for (size_t i = 0; i < values.size(); ++i) plot.names.push_back(absl::StrCat("class ", i));
  plot.series = {{"recall", std::move(values)}};
  return plot;
}

// The names in the order in which they stand, from above.
std::vector<std::string> Names(const PlotScript& script) {
  std::vector<std::string> names;
  for (const absl::string_view line : absl::StrSplit(script.commands, '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, '"');
    if (parts.size() > 1 && parts[0] == "set label " && parts[1].substr(0, 5) == "class") names.push_back(parts[1]);
  }
  return names;
}

TEST(BarPlotTest, BarsBeginAtZeroAndEndAtTheirValues) {
  const PlotScript script = BarPlotScript(Bars({0.5, 1}));
  EXPECT_THAT(script.data, AllOf(HasSubstr("\n0 0 0 0.5 -"), HasSubstr("\n0 -1 0 1 -")));
  EXPECT_THAT(script.commands, HasSubstr("set xrange [0:"));
}

TEST(BarPlotTest, NegativeBarsGoToTheLeft) {
  EXPECT_THAT(BarPlotScript(Bars({-2, 2})).data, HasSubstr("\n0 0 0 -2 -"));
  EXPECT_THAT(BarPlotScript(Bars({-2, 2})).commands, HasSubstr("set xrange [-2.16:2.16]"));
}

TEST(BarPlotTest, NamesStandInTheGivenOrderOrWorstFirst) {
  BarPlot plot = Bars({0.5, kNan, 0.2, 0.5});
  EXPECT_THAT(Names(BarPlotScript(plot)), ElementsAre("class 0", "class 1", "class 2", "class 3"));
  plot.worst_first = true;
  EXPECT_THAT(Names(BarPlotScript(plot)), ElementsAre("class 1", "class 2", "class 0", "class 3"));
}

TEST(BarPlotTest, OfMoreThan100TheWorst100AreDrawnAndTheNoteSaysSo) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(i % 10 == 7 ? i / 1000.0 : 1);
  BarPlot plot = Bars(values);
  plot.heading.note = "test split";
  const PlotScript script = BarPlotScript(plot);
  const std::vector<std::string> names = Names(script);
  ASSERT_EQ(names.size(), 100u);
  EXPECT_EQ(names.front(), "class 7");
  EXPECT_EQ(names.back(), "class 997");
  EXPECT_THAT(script.commands, HasSubstr("\"the 100 smallest of 1000\\073 test split\""));
  EXPECT_LT(script.height_px, 1400);
}

TEST(BarPlotTest, HundredBarsNeedNoNote) {
  const PlotScript script = BarPlotScript(Bars(std::vector<double>(100, 0.5)));
  EXPECT_EQ(Names(script).size(), 100u);
  EXPECT_THAT(script.commands, Not(HasSubstr("smallest")));
}

TEST(BarPlotTest, IntervalsAreLinesOverTheBars) {
  BarPlot plot = Bars({0.5, 0.6});
  plot.series[0].low = {0.4, kNan};
  plot.series[0].high = {0.55, 0.7};
  EXPECT_THAT(BarPlotScript(plot).data, HasSubstr("$d1 << EOD\n0.4 0\n0.55 0\n\nEOD\n"));
}

TEST(BarPlotTest, OnALogAxisTheSmallestBarIsSeenAndZeroHasNone) {
  BarPlot plot = Bars({1, 1000, 0});
  plot.value.scale = AxisScale::kLog;
  const PlotScript script = BarPlotScript(plot);
  EXPECT_THAT(script.commands, AllOf(HasSubstr("set logscale x"), HasSubstr("\"100\" 100"), HasSubstr("set label \"0\" at")));
  EXPECT_THAT(script.data, Not(HasSubstr("\n0 -2 ")));
}

TEST(BarPlotTest, NumbersHaveAsManyDigitsAsTheLargestNeeds) {
  EXPECT_THAT(BarPlotScript(Bars({0.5, 0.98765})).commands, AllOf(HasSubstr("\"0.500\""), HasSubstr("\"0.988\"")));
  EXPECT_THAT(BarPlotScript(Bars({3, 60000})).commands, AllOf(HasSubstr("\"3\""), HasSubstr("\"60000\"")));
  EXPECT_THAT(BarPlotScript(Bars({12.345, kNan})).commands, AllOf(HasSubstr("\"12.3\""), HasSubstr("\"–\"")));
}

TEST(BarPlotTest, SeveralSeriesHaveALegendAndNoNumbers) {
  BarPlot plot = Bars({0.5, 0.25});
  plot.series.push_back({"precision", {0.75, 0.125}});
  const PlotScript script = BarPlotScript(plot);
  EXPECT_THAT(script.commands, AllOf(HasSubstr("set label \"precision\""), Not(HasSubstr("\"0.500\"")), HasSubstr("$d1 using")));
}

}  // namespace
}  // namespace mica
