#include "viz/plot/bar_plot.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kWidth = 640;
constexpr double kMaxNameWidth = 200, kNumberWidth = 46, kRightMargin = 16, kRoomBelow = 44;
constexpr double kPixelsPerTick = 60;
constexpr size_t kManyRows = 40;  // with more, rows are lower
constexpr double kNamePx = 10, kSmallNamePx = 8.5;

using Rows = std::vector<std::vector<double>>;

// Values without a place count as the smallest.
double SortKey(const BarPlot& plot, size_t name) {
  const double value = plot.series[0].values[name];
  return HasPlace(plot.value.scale, value) ? value : -HUGE_VAL;
}

// The names to draw, from above.
std::vector<size_t> Shown(const BarPlot& plot) {
  std::vector<size_t> order(plot.names.size());
  std::iota(order.begin(), order.end(), 0);
  if (order.size() > kMaxBars || plot.worst_first) {
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return SortKey(plot, a) < SortKey(plot, b); });
  }
  if (order.size() > kMaxBars) order.resize(kMaxBars);
  if (!plot.worst_first) std::sort(order.begin(), order.end());
  return order;
}

PlotHeading HeadingOf(const BarPlot& plot) {
  PlotHeading heading = plot.heading;
  if (plot.names.size() <= kMaxBars) return heading;
  const std::string note = absl::StrCat("the ", kMaxBars, " smallest of ", plot.names.size());
  heading.note = heading.note.empty() ? note : absl::StrCat(note, "; ", heading.note);
  return heading;
}

// Sizes that depend on how many bars there are.
struct Sizes {
  double row, bar, name_px;
};

Sizes SizesOf(size_t rows, size_t series) {
  const bool is_dense = rows > kManyRows;
  const double bar = series == 1 ? (is_dense ? 8 : 11) : (is_dense ? 5 : 7);
  return {bar * static_cast<double>(series) + (is_dense ? 4 : 6), bar, is_dense ? kSmallNamePx : kNamePx};
}

AxisRange RangeOfBars(const BarPlot& plot, const std::vector<size_t>& shown) {
  std::vector<double> values;
  for (const BarSeries& series : plot.series) {
    for (const std::vector<double>* const part : {&series.values, &series.low, &series.high}) {
      for (const size_t name : shown) {
        if (!part->empty()) values.push_back((*part)[name]);
      }
    }
  }
  PlotAxis axis = plot.value;
  const bool has_negative = std::any_of(values.begin(), values.end(), [](double value) { return value < 0; });
  if (axis.scale == AxisScale::kLinear && !has_negative && !axis.low.has_value()) axis.low = 0;
  AxisRange range = FitRange(axis, values);
  // The shortest bar has a length.
  if (axis.scale == AxisScale::kLog && !axis.low.has_value()) range.low /= 2;
  return range;
}

// Where bars begin.
double Foot(const CanvasPanel& panel) {
  return panel.x.scale == AxisScale::kLog ? panel.x.range.low : std::clamp(0.0, panel.x.range.low, panel.x.range.high);
}

// The middle of a bar; rows have a height of 1, and the first is around 0.
double Middle(size_t row, size_t series, const Sizes& sizes, size_t series_count) {
  return static_cast<double>(row) + (static_cast<double>(series) - (static_cast<double>(series_count) - 1) / 2) * sizes.bar / sizes.row;
}

// `rows` has y, left and right of each bar; y goes down.
std::string BarLayer(const Rows& rows, double half, PlotColour colour, PlotCanvas* canvas) {
  Rows boxes;
  for (const std::vector<double>& row : rows) boxes.push_back({row[1], -row[0], row[1], row[2], -row[0] - half, -row[0] + half});
  return absl::StrCat(canvas->AddRows(boxes), " using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc ", GnuplotColour(colour));
}

std::string IntervalLayer(const Rows& rows, PlotCanvas* canvas) {
  Rows lines;
  for (const std::vector<double>& row : rows) {
    lines.push_back({row[1], -row[0]});
    lines.push_back({row[2], -row[0]});
    lines.emplace_back();
  }
  return absl::StrCat(canvas->AddRows(lines), " using 1:2 with lines lw 1.25 dt 1 lc ", GnuplotColour(kInk));
}

std::vector<std::string> LayersOf(const BarPlot& plot, const std::vector<size_t>& shown, const CanvasPanel& panel, const Sizes& sizes,
                                  PlotCanvas* canvas) {
  std::vector<std::string> layers;
  for (size_t s = 0; s < plot.series.size(); ++s) {
    const BarSeries& series = plot.series[s];
    Rows bars, intervals;
    for (size_t row = 0; row < shown.size(); ++row) {
      const double value = series.values[shown[row]], y = Middle(row, s, sizes, plot.series.size());
      if (HasPlace(panel.x.scale, value)) bars.push_back({y, Foot(panel), value});
      if (series.low.empty() || !HasPlace(panel.x.scale, series.low[shown[row]]) || !HasPlace(panel.x.scale, series.high[shown[row]]))
        continue;
      intervals.push_back({y, series.low[shown[row]], series.high[shown[row]]});
    }
    const PlotColour colour = Lighter(LookOfCategory(s).colour);
    if (!bars.empty()) layers.push_back(BarLayer(bars, sizes.bar / sizes.row / 2 * 0.92, colour, canvas));
    if (!intervals.empty()) layers.push_back(IntervalLayer(intervals, canvas));
  }
  return layers;
}

// As many digits behind the point as three digits of the largest number need; none where all are
// whole.
int DecimalsOf(const std::vector<double>& values) {
  double largest = 0;
  bool are_whole = true;
  for (const double value : values) {
    if (!HasPlace(AxisScale::kLinear, value)) continue;
    largest = std::max(largest, std::abs(value));
    are_whole = are_whole && value == std::floor(value);
  }
  if (are_whole || largest == 0) return 0;
  return std::clamp(3 - static_cast<int>(std::ceil(std::log10(largest))), 0, 12);
}

std::string NumberText(double value, int decimals) {
  if (std::isnan(value)) return "–";
  return std::abs(value) < 1e6 ? FormatFixed(value, decimals) : FormatDigits(value, 3);
}

void AddNames(const BarPlot& plot, const std::vector<size_t>& shown, const CanvasPanel& panel, const Sizes& sizes, PlotCanvas* canvas) {
  const int decimals = DecimalsOf(plot.series[0].values);
  for (size_t row = 0; row < shown.size(); ++row) {
    const double y = panel.box.top + (static_cast<double>(row) + 0.5) * sizes.row;
    canvas->AddText({panel.box.left - 6, y}, CutText(plot.names[shown[row]], kMaxNameWidth, sizes.name_px),
                    {sizes.name_px, TextSide::kRight});
    if (plot.series.size() != 1) continue;
    canvas->AddText({panel.box.right() + kNumberWidth, y}, NumberText(plot.series[0].values[shown[row]], decimals),
                    {sizes.name_px, TextSide::kRight, kGreyInk});
  }
}

std::vector<LegendEntry> Legend(const BarPlot& plot) {
  std::vector<LegendEntry> entries;
  for (size_t s = 0; s < plot.series.size() && plot.series.size() > 1; ++s) {
    entries.push_back({plot.series[s].name, LegendSample::kBar, Lighter(LookOfCategory(s).colour)});
  }
  return entries;
}

double NamesWidth(const BarPlot& plot, const std::vector<size_t>& shown, double size_px) {
  double widest = 30;
  for (const size_t name : shown) widest = std::max(widest, TextWidth(CutText(plot.names[name], kMaxNameWidth, size_px), size_px));
  return widest;
}

}  // namespace

PlotScript BarPlotScript(const BarPlot& plot) {
  const std::vector<size_t> shown = Shown(plot);
  const Sizes sizes = SizesOf(shown.size(), plot.series.size());
  PlotCanvas canvas(plot.heading.title, kWidth);
  const double top = AddLegendRows(Legend(plot), {kPageMargin, canvas.AddHeading(HeadingOf(plot)), kWidth - 2 * kPageMargin, 0}, &canvas);

  CanvasPanel panel;
  const double rows = std::max<double>(1, static_cast<double>(shown.size()));
  panel.box.left = kPageMargin + NamesWidth(plot, shown, sizes.name_px) + 6;
  panel.box.width = kWidth - kRightMargin - (plot.series.size() == 1 ? kNumberWidth : 0) - panel.box.left;
  panel.x.range = RangeOfBars(plot, shown);
  panel.x.scale = plot.value.scale;
  panel.x.ticks = AxisTicks(panel.x.scale, panel.x.range, static_cast<int>(panel.box.width / kPixelsPerTick), plot.value.is_whole);
  panel.y.range = {0.5 - rows, 0.5};
  panel.box.top = top + EventsHeight(plot.references, panel);
  panel.box.height = rows * sizes.row;
  AddEvents(plot.references, panel, panel.box.bottom(), &canvas);
  AddNames(plot, shown, panel, sizes, &canvas);
  canvas.AddPanel(panel, LayersOf(plot, shown, panel, sizes, &canvas));
  canvas.AddXLabel(panel, plot.value.label);
  return canvas.Finish(panel.box.bottom() + kRoomBelow);
}

}  // namespace mica
