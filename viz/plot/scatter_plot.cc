#include "viz/plot/scatter_plot.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/plot_legend.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kSide = 440;
constexpr double kRoomForYLabel = 22, kRoomBelow = 44, kLegendGap = 18;
constexpr double kPixelsPerXTick = 62, kPixelsPerYTick = 44;
constexpr size_t kFewPoints = 300, kManyPoints = 2000;
constexpr int kCross = 2;  // gnuplot's point type

using Rows = std::vector<std::vector<double>>;

std::vector<ScatterPoint> ShownPoints(const ScatterPlot& plot) {
  std::vector<ScatterPoint> placed, shown;
  for (const ScatterPoint& point : plot.points) {
    if (HasPlace(plot.x.scale, point.x) && HasPlace(plot.y.scale, point.y)) placed.push_back(point);
  }
  const size_t count = std::min(placed.size(), kMaxScatterPoints);
  for (size_t i = 0; i < count; ++i) shown.push_back(placed[i * placed.size() / count]);
  return shown;
}

PlotHeading HeadingOf(const ScatterPlot& plot, size_t shown) {
  PlotHeading heading = plot.heading;
  if (shown == plot.points.size()) return heading;
  const std::string note = absl::StrCat(shown, " of ", plot.points.size(), " points");
  heading.note = heading.note.empty() ? note : absl::StrCat(note, "; ", heading.note);
  return heading;
}

double PointSize(size_t points) {
  return points <= kFewPoints ? 0.8 : points <= kManyPoints ? 0.5 : 0.35;
}

// A layer for each marker, in which points keep their order: no group covers all others.
std::vector<std::string> PointLayers(const std::vector<ScatterPoint>& points, PlotCanvas* canvas) {
  std::map<int, Rows> rows;  // by marker
  Rows crosses;
  for (const ScatterPoint& point : points) {
    const CategoryLook look = LookOfCategory(static_cast<size_t>(std::max(0, point.group)));
    rows[look.marker].push_back({point.x, point.y, static_cast<double>(RgbNumber(look.colour))});
    if (point.is_marked) crosses.push_back({point.x, point.y});
  }
  const std::string size = FormatNumber(PointSize(points.size()));
  std::vector<std::string> layers;
  for (const auto& [marker, group] : rows) {
    layers.push_back(absl::StrCat(canvas->AddRows(group), " using 1:2:3 with points pt ", marker, " ps ", size, " lc rgb variable"));
  }
  if (crosses.empty()) return layers;
  // A white edge shows them on black points too.
  const std::string block = canvas->AddRows(crosses), cross_size = FormatNumber(PointSize(points.size()) + 0.2);
  for (const auto& [width, colour] : {std::pair<const char*, PlotColour>{"2.25", kPaper}, {"0.75", kInk}}) {
    layers.push_back(
        absl::StrCat(block, " using 1:2 with points pt ", kCross, " ps ", cross_size, " lw ", width, " lc ", GnuplotColour(colour)));
  }
  return layers;
}

std::vector<LegendEntry> Legend(const ScatterPlot& plot) {
  std::vector<LegendEntry> entries;
  if (!plot.mark.empty()) entries.push_back({plot.mark, LegendSample::kMarker, kInk, kCross});
  for (size_t i = 0; i < plot.groups.size(); ++i) {
    const CategoryLook look = LookOfCategory(i);
    entries.push_back({plot.groups[i], LegendSample::kMarker, look.colour, look.marker});
  }
  return entries;
}

// The panel with axes that hold the points; it has no place yet.
CanvasPanel PanelOf(const ScatterPlot& plot, const std::vector<ScatterPoint>& points) {
  std::vector<double> xs, ys;
  for (const ScatterPoint& point : points) {
    xs.push_back(point.x);
    ys.push_back(point.y);
  }
  CanvasPanel panel;
  panel.x.range = FitRange(plot.x, xs);
  panel.x.scale = plot.x.scale;
  panel.y.range = FitRange(plot.y, ys);
  panel.y.scale = plot.y.scale;
  if (plot.has_ticks) {
    panel.x.ticks = AxisTicks(panel.x.scale, panel.x.range, static_cast<int>(kSide / kPixelsPerXTick), plot.x.is_whole);
    panel.y.ticks = AxisTicks(panel.y.scale, panel.y.range, static_cast<int>(kSide / kPixelsPerYTick), plot.y.is_whole);
  }
  panel.has_frame = !plot.has_ticks;
  return panel;
}

// The width of a legend in columns. A canvas' width stands at its beginning, so it is laid out once
// more, on a page that nobody draws.
double LegendWidth(const std::vector<LegendEntry>& entries, int rows) {
  PlotCanvas unused("", 0);
  return AddLegendColumns(entries, {0, 0}, rows, &unused);
}

}  // namespace

PlotScript ScatterPlotScript(const ScatterPlot& plot) {
  const std::vector<ScatterPoint> points = ShownPoints(plot);
  const std::vector<LegendEntry> legend = Legend(plot);
  CanvasPanel panel = PanelOf(plot, points);
  const int rows = static_cast<int>(kSide / kLegendRowHeight);
  const bool is_bare = !plot.has_ticks && plot.x.label.empty() && plot.y.label.empty();
  panel.box = {kPageMargin + (is_bare ? 0 : kRoomForYLabel) + TickLabelWidth(panel.y.ticks), 0, kSide, kSide};
  PlotCanvas canvas(plot.heading.title, std::ceil(panel.box.right() + kLegendGap + LegendWidth(legend, rows)));
  panel.box.top = canvas.AddHeading(HeadingOf(plot, points.size())) + 6;
  AddLegendColumns(legend, {panel.box.right() + kLegendGap, panel.box.top}, rows, &canvas);
  canvas.AddYLabel(panel, kPageMargin + kAxisTextPx / 2, plot.y.label);
  canvas.AddXLabel(panel, plot.x.label);
  canvas.AddPanel(panel, PointLayers(points, &canvas));
  return canvas.Finish(panel.box.bottom() + (is_bare ? kPageMargin : kRoomBelow));
}

}  // namespace mica
