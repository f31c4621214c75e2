#include "viz/plot/histogram_plot.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "viz/plot/plot_legend.h"

namespace mica {
namespace {

constexpr double kWidth = 640, kHeight = 300;
constexpr double kRoomForYLabel = 22, kRightMargin = 20, kRoomBelow = 44;
constexpr double kPixelsPerXTick = 62, kPixelsPerYTick = 40;
constexpr double kGapShare = 0.04;  // of a bin, left and right of its box

using Rows = std::vector<std::vector<double>>;

PlotColour ColourOf(const HistogramPlot& plot, size_t series) {
  return plot.series[series].colour.value_or(LookOfCategory(series).colour);
}

// What is not a count is no box.
double CountOf(double value) {
  return value > 0 && HasPlace(AxisScale::kLinear, value) ? value : 0;
}

double Highest(const HistogramPlot& plot) {
  double highest = 0;
  for (size_t bin = 0; bin + 1 < plot.edges.size(); ++bin) {
    double sum = 0;
    for (const HistogramSeries& series : plot.series) sum += CountOf(series.counts[bin]);
    highest = std::max(highest, sum);
  }
  return highest;
}

std::vector<std::string> LayersOf(const HistogramPlot& plot, PlotCanvas* canvas) {
  std::vector<double> feet(plot.edges.size() - 1);
  std::vector<std::string> layers;
  for (size_t s = 0; s < plot.series.size(); ++s) {
    Rows boxes;
    for (size_t bin = 0; bin < feet.size(); ++bin) {
      const double count = CountOf(plot.series[s].counts[bin]), left = plot.edges[bin], right = plot.edges[bin + 1];
      const double gap = kGapShare * (right - left);
      if (count > 0) boxes.push_back({(left + right) / 2, feet[bin], left + gap, right - gap, feet[bin], feet[bin] + count});
      feet[bin] += count;
    }
    if (boxes.empty()) continue;
    layers.push_back(absl::StrCat(canvas->AddRows(boxes), " using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc ",
                                  GnuplotColour(ColourOf(plot, s))));
  }
  return layers;
}

std::vector<LegendEntry> Legend(const HistogramPlot& plot) {
  std::vector<LegendEntry> entries;
  for (size_t s = 0; s < plot.series.size(); ++s) {
    if (!plot.series[s].name.empty()) entries.push_back({plot.series[s].name, LegendSample::kBar, ColourOf(plot, s)});
  }
  return entries;
}

}  // namespace

PlotScript HistogramPlotScript(const HistogramPlot& plot) {
  PlotCanvas canvas(plot.heading.title, kWidth);
  CanvasPanel panel;
  PlotAxis counts;
  counts.low = 0;
  panel.y.range = FitRange(counts, {0, std::max(1.0, Highest(plot))});
  panel.y.ticks = AxisTicks(AxisScale::kLinear, panel.y.range, static_cast<int>(kHeight / kPixelsPerYTick), /*is_whole=*/true);
  const double top = AddLegendRows(Legend(plot), {kPageMargin, canvas.AddHeading(plot.heading), kWidth - 2 * kPageMargin, 0}, &canvas);
  const double left = kPageMargin + kRoomForYLabel + TickLabelWidth(panel.y.ticks);
  panel.box = {left, top + 6, kWidth - kRightMargin - left, kHeight};
  panel.x.scale = plot.x.scale;
  panel.x.range = FitRange(plot.x, plot.edges, 0.01);
  panel.x.ticks = AxisTicks(panel.x.scale, panel.x.range, static_cast<int>(panel.box.width / kPixelsPerXTick), plot.x.is_whole);
  panel.x.has_grid = false;
  canvas.AddXLabel(panel, plot.x.label);
  canvas.AddYLabel(panel, kPageMargin + kAxisTextPx / 2, plot.y_label);
  canvas.AddPanel(panel, LayersOf(plot, &canvas));
  return canvas.Finish(panel.box.bottom() + kRoomBelow);
}

}  // namespace mica
