#include "viz/plot/plot_canvas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

CanvasPanel Panel() {
  CanvasPanel panel;
  panel.box = {20, 10, 160, 80};
  panel.x = {{0, 10}, AxisScale::kLinear, {{0, "0"}, {5, "50 %"}, {7, ""}}};
  panel.y = {{1, 100}, AxisScale::kLog, {{10, "10"}}};
  return panel;
}

TEST(PlotCanvasTest, PlacesArePixelsFromTheTopLeft) {
  PlotCanvas canvas("t", 200);
  canvas.AddText({50, 25}, "a\"b", {10, TextSide::kRight, kInk, /*is_bold=*/true, /*degrees=*/90});
  canvas.AddLine({0, 0}, {200, 100}, {kInk, 2});
  canvas.AddMarker({100, 50}, 7, kWrongInk, 0.5);
  canvas.AddRectangle({10, 20, 30, 40}, kInk, 0.25);
  const PlotScript script = canvas.Finish(100);
  EXPECT_THAT(script.commands, AllOf(HasSubstr("set label \"a\\042b\" at screen 0.25,0.75 right rotate by 90 font \"DejaVu Sans:Bold,7.5\" "
                                               "textcolor rgb \"#262626\" front\n"),
                                     HasSubstr("set arrow from screen 0,1 to screen 1,0 nohead back lc rgb \"#262626\" lw 2 dt 1\n"),
                                     HasSubstr("set label \"\" at screen 0.5,0.5 point pt 7 ps 0.5 lc rgb \"#D55E00\" front\n"),
                                     HasSubstr("set object rectangle from screen 0.05,0.4 to screen 0.2,0.8 behind fc rgb \"#262626\" fs "
                                               "transparent solid 0.25 noborder\n")));
  EXPECT_EQ(script.title, "t");
  EXPECT_EQ(script.width_px, 200);
  EXPECT_EQ(script.height_px, 100);
}

TEST(PlotCanvasTest, PanelsSetTheirAxes) {
  PlotCanvas canvas("", 200);
  canvas.AddPanel(Panel(), {"$d0 with lines", "$d1 with points"});
  EXPECT_THAT(
      canvas.Finish(100).commands,
      AllOf(HasSubstr("set lmargin at screen 0.1\nset rmargin at screen 0.9\nset tmargin at screen 0.9\nset bmargin at screen 0.1\n"),
            HasSubstr("set xrange [0:10]\nunset logscale x\n"), HasSubstr("(\"0\" 0, \"50 \\045\\045\" 5, \"\" 7 1)\n"),
            HasSubstr("set yrange [1:100]\nset logscale y\n"), HasSubstr("plot $d0 with lines, \\\n     $d1 with points\n")));
}

TEST(PlotCanvasTest, LaterPanelsHaveNothingOfTheFirst) {
  PlotCanvas canvas("", 200);
  canvas.AddPanel(Panel(), {"1"});
  CanvasPanel second = Panel();
  second.y.ticks.clear();
  second.x.has_labels = false;
  canvas.AddPanel(second, {"2"});
  EXPECT_THAT(canvas.Finish(100).commands, AllOf(HasSubstr("plot 1\nunset label\nunset arrow\nunset object\n"),
                                                 HasSubstr("(\"\" 0, \"\" 5, \"\" 7 1)\n"), HasSubstr("unset ytics\n")));
}

TEST(PlotCanvasTest, ValuesHaveAPlaceOnThePage) {
  const PagePoint place = PlaceOnPage(Panel(), 5, 10);
  EXPECT_DOUBLE_EQ(place.x, 100);
  EXPECT_DOUBLE_EQ(place.y, 50);
}

TEST(PlotCanvasTest, RowsBecomeABlock) {
  PlotCanvas canvas("", 200);
  EXPECT_EQ(canvas.AddRows({{1, 0.1}, {}, {-0.0, 1e-20}}), "$d0");
  EXPECT_EQ(canvas.AddRows({{3}}), "$d1");
  EXPECT_EQ(canvas.Finish(100).data, "$d0 << EOD\n1 0.1\n\n0 1e-20\nEOD\n$d1 << EOD\n3\nEOD\n");
}

TEST(PlotCanvasTest, HeadingsAreCutToThePage) {
  PlotCanvas canvas("", 200);
  EXPECT_GT(canvas.AddHeading({std::string(100, 'n'), "note"}), PlotCanvas("", 200).AddHeading({"title", ""}));
  EXPECT_THAT(canvas.Finish(100).commands, AllOf(HasSubstr("nnn…\""), HasSubstr("\"note\""), Not(HasSubstr(std::string(50, 'n')))));
}

}  // namespace
}  // namespace mica
