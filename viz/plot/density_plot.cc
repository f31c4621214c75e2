#include "viz/plot/density_plot.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "viz/plot/plot_legend.h"

namespace mica {
namespace {

constexpr double kWidth = 640, kHeight = 320;
constexpr double kRoomForYLabel = 22, kRightMargin = 20, kRoomBelow = 44;
constexpr double kPixelsPerXTick = 62, kPixelsPerYTick = 40;
constexpr double kTail = 0.005;    // of a column that may lie outside on each side
constexpr double kEvenly = 1e-6;   // how much steps of evenly spaced columns may differ
constexpr double kDarkest = 0.75;  // lines are seen on it
constexpr double kLowShare = 0.05, kHighShare = 0.95;

using Rows = std::vector<std::vector<double>>;
using Columns = std::vector<const DensityColumn*>;

double Sum(const DensityColumn& column) {
  return std::accumulate(column.counts.begin(), column.counts.end(), 0.0);
}

Columns FilledColumns(const DensityPlot& plot) {
  Columns columns;
  for (const DensityColumn& column : plot.columns) {
    if (Sum(column) > 0 && std::isfinite(Sum(column)) && HasPlace(AxisScale::kLinear, column.x)) columns.push_back(&column);
  }
  return columns;
}

// The counts between two values, evenly spread within bins.
double CountBetween(const DensityColumn& column, double low, double high) {
  double count = 0;
  for (size_t bin = 0; bin < column.counts.size(); ++bin) {
    const double left = column.edges[bin], right = column.edges[bin + 1];
    const double overlap = std::min(high, right) - std::max(low, left);
    if (overlap > 0) count += column.counts[bin] * overlap / (right - left);
    if (left == right && left >= low && left < high) count += column.counts[bin];
  }
  return count;
}

AxisRange ValueRange(const DensityPlot& plot, const Columns& columns) {
  std::vector<double> ends;
  for (const DensityColumn* const column : columns) {
    ends.push_back(HistogramQuantile(*column, kTail));
    ends.push_back(HistogramQuantile(*column, 1 - kTail));
  }
  return FitRange(plot.y, ends, 0.02);
}

// The x of the picture's columns.
struct Grid {
  double first = 0, step = 1;
  size_t count = 1;
};

Grid GridOf(const Columns& columns) {
  const double first = columns.front()->x, last = columns.back()->x;
  if (!(last > first)) return {first, 1, 1};
  const double step = (last - first) / static_cast<double>(columns.size() - 1);
  bool is_even = columns.size() <= kMaxDensityColumns;
  for (size_t i = 1; i < columns.size(); ++i) is_even = is_even && std::abs(columns[i]->x - columns[i - 1]->x - step) <= kEvenly * step;
  if (is_even) return {first, step, columns.size()};
  return {first, (last - first) / (kMaxDensityColumns - 1), kMaxDensityColumns};
}

const DensityColumn& NearestColumn(const Columns& columns, double x) {
  return **std::min_element(columns.begin(), columns.end(),
                            [x](const DensityColumn* a, const DensityColumn* b) { return std::abs(a->x - x) < std::abs(b->x - x); });
}

// The column's densities in the picture's rows, from below, the largest of them 1.
std::vector<double> Densities(const DensityColumn& column, AxisRange range) {
  const double height = (range.high - range.low) / kDensityRows;
  std::vector<double> densities(kDensityRows);
  for (size_t row = 0; row < kDensityRows; ++row) {
    const double low = range.low + static_cast<double>(row) * height;
    densities[row] = CountBetween(column, low, low + height);
  }
  const double largest = *std::max_element(densities.begin(), densities.end());
  for (double& density : densities) density = largest > 0 ? density / largest : 0;
  return densities;
}

std::string PictureLayer(const Columns& columns, const Grid& grid, AxisRange range, PlotCanvas* canvas) {
  Rows rows;
  const double height = (range.high - range.low) / kDensityRows;
  for (size_t i = 0; i < grid.count; ++i) {
    const double x = grid.first + static_cast<double>(i) * grid.step;
    const std::vector<double> densities = Densities(NearestColumn(columns, x), range);
    for (size_t row = 0; row < kDensityRows; ++row) {
      const PlotColour colour = ShareColour(densities[row] * kDarkest);
      rows.push_back({x, range.low + (static_cast<double>(row) + 0.5) * height, static_cast<double>(colour.red),
                      static_cast<double>(colour.green), static_cast<double>(colour.blue)});
    }
  }
  return absl::StrCat(canvas->AddRows(rows), " using 1:2:3:4:5 with rgbimage");
}

// One column's line reaches from its left to its right.
std::string QuantileLayer(const Columns& columns, double share, const Grid& grid, absl::string_view dash, PlotCanvas* canvas) {
  Rows rows;
  for (const DensityColumn* const column : columns) rows.push_back({column->x, HistogramQuantile(*column, share)});
  if (columns.size() == 1) rows = {{grid.first - grid.step / 2, rows[0][1]}, {grid.first + grid.step / 2, rows[0][1]}};
  return absl::StrCat(canvas->AddRows(rows), " using 1:2 with lines lw 1.5 dt ", dash, " lc ", GnuplotColour(kWrongInk));
}

}  // namespace

double HistogramQuantile(const DensityColumn& column, double share) {
  double left_over = share * Sum(column);
  for (size_t bin = 0; bin < column.counts.size(); ++bin) {
    const double count = column.counts[bin];
    if (count > 0 && left_over <= count) return column.edges[bin] + (column.edges[bin + 1] - column.edges[bin]) * left_over / count;
    left_over -= count;
  }
  return column.edges.back();
}

PlotScript DensityPlotScript(const DensityPlot& plot) {
  const Columns columns = FilledColumns(plot);
  PlotCanvas canvas(plot.heading.title, kWidth);
  CanvasPanel panel;
  panel.y.range = ValueRange(plot, columns);
  panel.y.ticks = AxisTicks(AxisScale::kLinear, panel.y.range, static_cast<int>(kHeight / kPixelsPerYTick), plot.y.is_whole);
  panel.y.has_grid = panel.x.has_grid = false;
  const std::vector<LegendEntry> legend = {{"density", LegendSample::kBar, ShareColour(kDarkest / 2)},
                                           {"median", LegendSample::kLine, kWrongInk, 0, {kWrongInk, 1.5, "1"}},
                                           {"5 % and 95 %", LegendSample::kLine, kWrongInk, 0, {kWrongInk, 1.5, "(4,3)"}}};
  const double top = AddLegendRows(legend, {kPageMargin, canvas.AddHeading(plot.heading), kWidth - 2 * kPageMargin, 0}, &canvas) + 6;
  const double left = kPageMargin + kRoomForYLabel + TickLabelWidth(panel.y.ticks);
  panel.box = {left, top, kWidth - kRightMargin - left, kHeight};
  std::vector<std::string> layers;
  if (!columns.empty()) {
    const Grid grid = GridOf(columns);
    panel.x.range = {grid.first - grid.step / 2, grid.first + (static_cast<double>(grid.count) - 0.5) * grid.step};
    layers.push_back(PictureLayer(columns, grid, panel.y.range, &canvas));
    for (const double share : {kLowShare, 0.5, kHighShare})
      layers.push_back(QuantileLayer(columns, share, grid, share == 0.5 ? "1" : "(4,3)", &canvas));
  }
  panel.x.ticks = AxisTicks(AxisScale::kLinear, panel.x.range, static_cast<int>(panel.box.width / kPixelsPerXTick), plot.x.is_whole);
  canvas.AddXLabel(panel, plot.x.label);
  canvas.AddYLabel(panel, kPageMargin + kAxisTextPx / 2, plot.y.label);
  canvas.AddPanel(panel, layers);
  return canvas.Finish(panel.box.bottom() + kRoomBelow);
}

}  // namespace mica
