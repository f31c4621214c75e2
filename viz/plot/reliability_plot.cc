#include "viz/plot/reliability_plot.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/plot_legend.h"

namespace mica {
namespace {

constexpr double kSide = 400, kCountsHeight = 90, kGap = 14;
constexpr double kLeft = 62, kRightMargin = 20, kRoomBelow = 44;
constexpr PlotColour kAccuracyInk = {0x00, 0x72, 0xb2}, kTooSureInk = {0xd5, 0x5e, 0x00}, kNotSureInk = {0x56, 0xb4, 0xe9};
constexpr double kGapOpacity = 0.45;
constexpr double kGapShare = 0.03;  // of a bin, left and right of its box

using Rows = std::vector<std::vector<double>>;

std::vector<double> Box(const ReliabilityPlotBin& bin, double bottom, double top) {
  const double gap = kGapShare * (bin.high - bin.low);
  return {(bin.low + bin.high) / 2, bottom, bin.low + gap, bin.high - gap, bottom, top};
}

std::string BoxLayer(const Rows& boxes, PlotColour colour, double opacity, PlotCanvas* canvas) {
  const std::string fill = opacity < 1 ? absl::StrCat("transparent solid ", FormatNumber(opacity)) : "solid 1";
  return absl::StrCat(canvas->AddRows(boxes), " using 1:2:3:4:5:6 with boxxyerror fs ", fill, " noborder fc ", GnuplotColour(colour));
}

std::vector<std::string> AccuracyLayers(const ReliabilityPlot& plot, PlotCanvas* canvas) {
  Rows bars, too_sure, not_sure;
  for (const ReliabilityPlotBin& bin : plot.bins) {
    if (bin.count <= 0) continue;
    bars.push_back(Box(bin, 0, bin.accuracy));
    Rows& gaps = bin.confidence > bin.accuracy ? too_sure : not_sure;
    gaps.push_back(Box(bin, std::min(bin.accuracy, bin.confidence), std::max(bin.accuracy, bin.confidence)));
  }
  std::vector<std::string> layers;
  if (bars.empty()) return layers;
  layers.push_back(BoxLayer(bars, kAccuracyInk, 1, canvas));
  if (!too_sure.empty()) layers.push_back(BoxLayer(too_sure, kTooSureInk, kGapOpacity, canvas));
  // Lies on the bar, so it is white and blue.
  if (!not_sure.empty()) layers.push_back(BoxLayer(not_sure, kNotSureInk, 1, canvas));
  layers.push_back(absl::StrCat(canvas->AddRows({{0, 0}, {1, 1}}), " using 1:2 with lines lw 1 dt (6,4) lc ", GnuplotColour(kInk)));
  return layers;
}

std::vector<std::string> CountLayers(const ReliabilityPlot& plot, double total, PlotCanvas* canvas) {
  Rows boxes;
  for (const ReliabilityPlotBin& bin : plot.bins) {
    if (bin.count > 0) boxes.push_back(Box(bin, 0, 100 * static_cast<double>(bin.count) / total));
  }
  if (boxes.empty()) return {};
  return {BoxLayer(boxes, kAxisInk, 1, canvas)};
}

CanvasPanel Panel(const PageBox& box, AxisRange y, int y_ticks) {
  CanvasPanel panel;
  panel.box = box;
  panel.x.range = {0, 1};
  panel.x.ticks = AxisTicks(AxisScale::kLinear, panel.x.range, 6);
  panel.y.range = y;
  panel.y.ticks = AxisTicks(AxisScale::kLinear, y, y_ticks);
  return panel;
}

}  // namespace

PlotScript ReliabilityPlotScript(const ReliabilityPlot& plot) {
  double total = 0, most = 0;
  for (const ReliabilityPlotBin& bin : plot.bins) {
    total += static_cast<double>(bin.count);
    most = std::max(most, static_cast<double>(bin.count));
  }
  PlotCanvas canvas(plot.heading.title, kLeft + kSide + kRightMargin);
  const std::vector<LegendEntry> legend = {{"accuracy", LegendSample::kBar, kAccuracyInk},
                                           {"too sure", LegendSample::kBar, {0xec, 0xb6, 0x8c}},
                                           {"not sure enough", LegendSample::kBar, kNotSureInk}};
  const double top =
      AddLegendRows(legend, {kPageMargin, canvas.AddHeading(plot.heading), canvas.width_px() - 2 * kPageMargin, 0}, &canvas) + 6;
  CanvasPanel accuracy = Panel({kLeft, top, kSide, kSide}, {0, 1}, 6);
  accuracy.x.has_labels = false;
  const CanvasPanel counts =
      Panel({kLeft, accuracy.box.bottom() + kGap, kSide, kCountsHeight}, {0, total > 0 ? 104 * most / total : 100}, 3);
  canvas.AddYLabel(accuracy, kPageMargin + kAxisTextPx / 2, "accuracy");
  canvas.AddYLabel(counts, kPageMargin + kAxisTextPx / 2, "samples (%)");
  canvas.AddXLabel(counts, "confidence");
  canvas.AddPanel(accuracy, AccuracyLayers(plot, &canvas));
  canvas.AddPanel(counts, CountLayers(plot, total, &canvas));
  return canvas.Finish(counts.box.bottom() + kRoomBelow);
}

}  // namespace mica
