#include "viz/plot/line_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

LinePlot OneSeries(std::vector<double> y, AxisScale scale = AxisScale::kLinear) {
  LineSeries series;
  series.name = "a";
  for (size_t i = 0; i < y.size(); ++i) series.x.push_back(static_cast<double>(i));
  series.y = std::move(y);
  LinePlot plot;
  plot.panels = {{{"", scale}, {series}}};
  return plot;
}

size_t Count(const std::string& text, const std::string& part) {
  return std::vector<std::string>(absl::StrSplit(text, part)).size() - 1;
}

TEST(LinePlotTest, GapsInterruptLinesAndLonePointsAreMarkers) {
  const PlotScript script = LinePlotScript(OneSeries({1, 2, kNan, 3, kInfinity, 4, 5}));
  EXPECT_EQ(script.data, "$d0 << EOD\n0 1\n1 2\n\n3 3\n\n5 4\n6 5\nEOD\n$d1 << EOD\n3 3\nEOD\n");
  EXPECT_THAT(script.commands, AllOf(HasSubstr("$d0 using 1:2 with lines"), HasSubstr("$d1 using 1:2 with points")));
}

TEST(LinePlotTest, PointsAtOnePlaceAreMarkersToo) {
  LinePlot plot = OneSeries({7, 7});
  EXPECT_THAT(LinePlotScript(plot).commands, Not(HasSubstr("with points")));
  plot.panels[0].series[0].x = {3, 3};
  EXPECT_THAT(LinePlotScript(plot).commands, HasSubstr("with points"));
}

TEST(LinePlotTest, OnALogAxisWhatIsNotPositiveIsAGap) {
  EXPECT_THAT(LinePlotScript(OneSeries({1, 0, 3, -1, 10}, AxisScale::kLog)).data, HasSubstr("$d0 << EOD\n0 1\n\n2 3\n\n4 10\nEOD\n"));
}

TEST(LinePlotTest, BandsEndWhereTheIntervalDoes) {
  LinePlot plot = OneSeries({1, 2, 3});
  plot.panels[0].series[0].low = {0.5, kNan, 2.5};
  plot.panels[0].series[0].high = {1.5, 2.5, 3.5};
  const PlotScript script = LinePlotScript(plot);
  EXPECT_THAT(script.data, HasSubstr("$d0 << EOD\n0 0.5 1.5\n\n2 2.5 3.5\nEOD\n"));
  EXPECT_LT(script.commands.find("filledcurves"), script.commands.find("with lines"));
  EXPECT_THAT(script.commands, HasSubstr("set yrange [0.38:3.62]"));
}

TEST(LinePlotTest, SeriesOfOneNameLookAlikeAndStandOnceInTheLegend) {
  LinePlot plot;
  plot.panels = {{{"loss"}, {{"train", {1, 2}, {3, 4}}, {"validation", {1, 2}, {3, 4}}}}, {{"accuracy"}, {{"validation", {1, 2}, {3, 4}}}}};
  const PlotScript script = LinePlotScript(plot);
  EXPECT_EQ(Count(script.commands, "set label \"validation\""), 1u);
  EXPECT_EQ(Count(script.commands, "with lines lc rgb \"#D55E00\""), 2u);
  EXPECT_EQ(Count(script.commands, "with lines lc rgb \"#0072B2\""), 1u);
}

TEST(LinePlotTest, OneCurveHasNoMarkersButSeveralDo) {
  LinePlot plot = OneSeries({1, 2, 3});
  EXPECT_THAT(LinePlotScript(plot).commands, Not(HasSubstr("with points")));
  plot.panels[0].series.push_back(plot.panels[0].series[0]);
  plot.panels[0].series[1].name = "b";
  EXPECT_EQ(Count(LinePlotScript(plot).commands, "with points"), 2u);
}

TEST(LinePlotTest, ReferencesDoNotChangeTheRangeAndFaintLinesDo) {
  LinePlot plot = OneSeries({1, 2, 3});
  plot.panels[0].series.push_back({"far", {0, 1}, {50, 50}, {}, {}, LineRole::kReference});
  EXPECT_THAT(LinePlotScript(plot).commands, HasSubstr("set yrange [0.92:3.08]"));
  plot.panels[0].series[1].role = LineRole::kFaint;
  EXPECT_THAT(LinePlotScript(plot).commands, HasSubstr("set yrange [-0.96:51.96]"));
}

TEST(LinePlotTest, LongSeriesKeepTheirPeaks) {
  std::vector<double> y(200'000, 1);
  y[123'456] = 9;
  y[70'001] = -9;
  const std::string data = LinePlotScript(OneSeries(y)).data;
  EXPECT_THAT(data, AllOf(HasSubstr("\n123456 9\n"), HasSubstr("\n70001 -9\n")));
  EXPECT_LE(Count(data, "\n"), kMaxLinePoints + 2);
}

TEST(LinePlotTest, ManyGapsInALongSeriesDoNotMakeItLonger) {
  std::vector<double> y(100'000, 1);
  for (size_t i = 0; i < y.size(); i += 2) y[i] = kNan;
  const std::string data = LinePlotScript(OneSeries(y)).data;
  EXPECT_LT(data.size(), 200'000u);
}

TEST(LinePlotTest, WithoutValuesThePanelSaysSo) {
  for (const std::vector<double>& y : {std::vector<double>{}, {kNan, kNan}}) {
    EXPECT_THAT(LinePlotScript(OneSeries(y)).commands, AllOf(HasSubstr("set label \"no data\""), HasSubstr("\nplot NaN\n")));
  }
}

TEST(LinePlotTest, AConstantStandsInTheMiddle) {
  EXPECT_THAT(LinePlotScript(OneSeries({2, 2, 2})).commands, HasSubstr("set yrange [1.784:2.216]"));
}

TEST(LinePlotTest, OnlyTheLowestPanelHasLabelsOfX) {
  LinePlot plot = OneSeries({1, 2, 3});
  plot.panels.push_back(plot.panels[0]);
  EXPECT_EQ(Count(LinePlotScript(plot).commands, "(\"0.0\" 0, \"0.5\" 0.5,"), 1u);
  EXPECT_EQ(Count(LinePlotScript(plot).commands, "(\"\" 0, \"\" 0.5,"), 1u);
}

}  // namespace
}  // namespace mica
