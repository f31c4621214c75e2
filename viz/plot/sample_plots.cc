#include "viz/plot/sample_plots.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "viz/plot/bar_plot.h"
#include "viz/plot/histogram_plot.h"
#include "viz/plot/reliability_plot.h"
#include "viz/plot/scatter_plot.h"

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

LinePlot SampleLines() {
  LinePlot plot;
  plot.heading = {"Learning curves", "two panels"};
  plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
  plot.panels = {{{"loss (nats)", AxisScale::kLog},
                  {{"train", {1, 2, 3, 4}, {2, 1, 0.5, 0.25}}, {"validation", {1, 2, 3, 4}, {2.5, kNan, 0.8, 0.75}}}},
                 {{"accuracy"},
                  {{"validation", {1, 2, 3, 4}, {0.5, kNan, 0.7, 0.75}, {0.4, kNan, 0.6, 0.7}, {0.6, kNan, 0.8, 0.8}},
                   {"chance", {1, 4}, {0.1, 0.1}, {}, {}, LineRole::kReference}}}};
  plot.events = {{3, "best epoch"}, {4, "early stop"}};
  return plot;
}

BarPlot SampleBars() {
  BarPlot plot;
  plot.heading = {"Recall by class"};
  plot.value = {"recall", AxisScale::kLinear, 0, 1};
  plot.names = {"cat", "dog", "owl"};
  plot.series = {{"recall", {0.9, 0.75, kNan}, {0.8, 0.7, kNan}, {0.95, 0.8, kNan}}};
  plot.references = {{0.825, "macro"}};
  return plot;
}

ScatterPlot SampleScatter() {
  ScatterPlot plot;
  plot.heading = {"t-SNE"};
  plot.has_ticks = false;
  plot.groups = {"cat", "dog"};
  plot.points = {{0, 0, 0}, {1, 2, 1}, {0.5, 1, 0, /*is_marked=*/true}};
  plot.mark = "wrong";
  return plot;
}

HistogramPlot SampleHistogram() {
  HistogramPlot plot;
  plot.heading = {"Confidence"};
  plot.x = {"confidence", AxisScale::kLinear, 0, 1};
  plot.edges = {0, 0.5, 1};
  plot.series = {{"wrong", {4, 2}, kWrongInk}, {"right", {3, 20}, kRightInk}};
  return plot;
}

ReliabilityPlot SampleReliability() {
  return {{"Reliability", "ECE 5 %"}, {{0, 0.5, 10, 0.4, 0.5}, {0.5, 1, 30, 0.8, 0.75}}};
}

DensityPlot SampleDensity() {
  DensityPlot plot;
  plot.heading = {"Weights"};
  plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
  plot.y = {"weight"};
  plot.columns = {{1, {-1, 0, 1}, {5, 5}}, {2, {-2, 0, 1}, {5, 10}}};
  return plot;
}

}  // namespace

MatrixPlot SampleMatrix(size_t classes, MatrixCells cells) {
  MatrixPlot plot;
  plot.heading = {"Confusion matrix"};
  plot.cells = cells;
  plot.counts.resize(classes * classes);
  for (size_t i = 0; i < classes; ++i) {
    plot.names.push_back(absl::StrCat("class ", i));
    plot.counts[i * classes + i] += 90;
    plot.counts[i * classes + (3 * i + 1) % classes] += 10;
  }
  return plot;
}

std::vector<NamedPlot> SamplePlots() {
  return {{"line", LinePlotScript(SampleLines())},
          {"bar", BarPlotScript(SampleBars())},
          {"matrix", MatrixPlotScript(SampleMatrix(3, MatrixCells::kRowPercents))},
          {"scatter", ScatterPlotScript(SampleScatter())},
          {"histogram", HistogramPlotScript(SampleHistogram())},
          {"reliability", ReliabilityPlotScript(SampleReliability())},
          {"density", DensityPlotScript(SampleDensity())}};
}

std::vector<NamedPlot> PlotsNamed(const std::string& name) {
  LinePlot line = SampleLines();
  line.heading = {name, name};
  line.x.label = line.panels[0].y.label = line.panels[0].series[0].name = line.events[0].label = name;
  BarPlot bar = SampleBars();
  bar.heading = {name, name};
  bar.value.label = bar.names[0] = bar.references[0].label = name;
  bar.series.push_back(bar.series[0]);
  bar.series[1].name = name;
  MatrixPlot matrix = SampleMatrix(3, MatrixCells::kCounts);
  matrix.heading = {name, name};
  matrix.names[1] = name;
  ScatterPlot scatter = SampleScatter();
  scatter.heading = {name, name};
  scatter.x.label = scatter.y.label = scatter.groups[0] = scatter.mark = name;
  HistogramPlot histogram = SampleHistogram();
  histogram.heading = {name, name};
  histogram.x.label = histogram.y_label = histogram.series[0].name = name;
  ReliabilityPlot reliability = SampleReliability();
  reliability.heading = {name, name};
  DensityPlot density = SampleDensity();
  density.heading = {name, name};
  density.x.label = density.y.label = name;
  return {{"line", LinePlotScript(line)},
          {"bar", BarPlotScript(bar)},
          {"matrix", MatrixPlotScript(matrix)},
          {"scatter", ScatterPlotScript(scatter)},
          {"histogram", HistogramPlotScript(histogram)},
          {"reliability", ReliabilityPlotScript(reliability)},
          {"density", DensityPlotScript(density)}};
}

std::vector<NamedPlot> PoorPlots() {
  std::vector<NamedPlot> plots;
  const auto add = [&](PlotScript script) { plots.push_back({absl::StrCat("poor", plots.size()), std::move(script)}); };
  const std::vector<std::vector<double>> poor = {
      {}, {5}, {3, 3, 3}, {kNan, kInfinity, -kInfinity}, {kNan, 1, kNan}, {-1e300, 1e-320, 1e300}, {0, -1}};
  for (const std::vector<double>& values : poor) {
    for (const AxisScale scale : {AxisScale::kLinear, AxisScale::kLog}) {
      add(LinePlotScript({{}, {"", scale}, {{{"", scale}, {{"a", values, values, values, values}}}}, {{0, "event"}, {kNan, "event"}}}));
      add(BarPlotScript(
          {{}, {"", scale}, std::vector<std::string>(values.size(), "name"), {{"a", values, values, values}}, {{kInfinity, "mean"}}}));
      ScatterPlot scatter;
      scatter.x.scale = scatter.y.scale = scale;
      for (const double value : values) scatter.points.push_back({value, value, -1});
      add(ScatterPlotScript(scatter));
    }
  }
  add(LinePlotScript({{}, {}, {{}}}));
  add(MatrixPlotScript({{}, {"only"}, {0}}));
  add(MatrixPlotScript({{}, {"only"}, {7}, MatrixCells::kRowPercents}));
  add(MatrixPlotScript({{}, std::vector<std::string>(40, ""), std::vector<int64_t>(1600), MatrixCells::kRowPercents}));
  add(MatrixPlotScript({{}, std::vector<std::string>(101, ""), std::vector<int64_t>(101 * 101)}));
  add(HistogramPlotScript({{}, {}, "", {0, 1}, {}}));
  add(HistogramPlotScript({{}, {}, "", {2, 2.5}, {{"a", {kNan}}}}));
  add(ReliabilityPlotScript({}));
  add(ReliabilityPlotScript({{}, {{0, 1, 0, kNan, kNan}}}));
  add(DensityPlotScript({}));
  add(DensityPlotScript({{}, {}, {}, {{5, {0, 0}, {3}}}}));
  add(DensityPlotScript({{}, {}, {}, {{1, {0, 1}, {0}}, {2, {0, 1}, {2}}, {7, {0, 1}, {2}}}}));
  return plots;
}

}  // namespace mica
