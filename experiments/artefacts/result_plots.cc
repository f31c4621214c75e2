#include "experiments/artefacts/result_plots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/bar_plot.h"
#include "viz/plot/histogram_plot.h"
#include "viz/plot/line_plot.h"
#include "viz/plot/matrix_plot.h"
#include "viz/plot/plot_palette.h"
#include "viz/plot/reliability_plot.h"

namespace mica {
namespace {

PlotHeading Heading(const RunFiles& run, const std::string& title) {
  const std::string split = run.reported_split();
  return {title, absl::StrCat(run.name(), split.empty() ? "" : absl::StrCat(", ", split, " split"))};
}

// A cell that is no count is 0.
int64_t CountOf(double value) {
  return value >= 0 && value < 1e15 ? static_cast<int64_t>(value) : 0;
}

void AddMatrices(const RunFiles& run, std::vector<NamedPlot>* plots) {
  const RunTable* const table = run.Find("confusion_matrix.csv");
  if (table == nullptr || table->size() == 0 || table->columns().size() != table->size() + 1) return;
  MatrixPlot plot;
  plot.names = table->columns()[0].texts;
  const size_t classes = plot.names.size();
  plot.counts.resize(classes * classes);
  for (size_t prediction = 0; prediction < classes; ++prediction) {
    const std::vector<double> counts = RunTable::RealsOf(table->columns()[prediction + 1]);
    for (size_t truth = 0; truth < classes; ++truth) plot.counts[truth * classes + prediction] = CountOf(counts[truth]);
  }
  plot.heading = Heading(run, classes > kMaxMatrixClasses ? "Most confused classes" : "Confusion matrix");
  for (const auto& [name, cells] :
       {std::pair("confusion_matrix", MatrixCells::kCounts), std::pair("confusion_matrix_normalized", MatrixCells::kRowPercents)}) {
    plot.cells = cells;
    const bool is_large = classes > kMaxMatrixClasses;
    plots->push_back({name, is_large ? BarPlotScript(MostConfusedBars(plot)) : MatrixPlotScript(plot)});
  }
}

// Classes without samples have no recall; in a plot of the worst ones they would stand first.
void AddPerClass(const RunFiles& run, std::vector<NamedPlot>* plots) {
  const RunTable* const table = run.Find("per_class.csv");
  if (table == nullptr) return;
  const std::vector<std::string> names = table->Texts("name");
  const std::vector<double> support = table->Reals("support"), precisions = table->Reals("precision");
  const std::vector<double> recalls = table->Reals("recall"), low = table->Reals("recall_low"), high = table->Reals("recall_high");
  BarPlot plot;
  plot.heading = Heading(run, "Classes, lowest recall first");
  plot.value = {"recall with 95 % interval, precision", AxisScale::kLinear, 0, 1};
  BarSeries recall = {"recall", {}}, precision = {"precision", {}};
  for (size_t row = 0; row < table->size(); ++row) {
    if (support[row] == 0) continue;
    plot.names.push_back(names[row]);
    recall.values.push_back(recalls[row]);
    recall.low.push_back(low[row]);
    recall.high.push_back(high[row]);
    precision.values.push_back(precisions[row]);
  }
  if (plot.names.empty()) return;
  plot.series = {recall, precision};
  plot.worst_first = true;
  plots->push_back({"per_class", BarPlotScript(plot)});
}

// Of bins of equal width. A temperature other than 1 is that of calibrated predictions.
ReliabilityPlot ReliabilityOf(const RunTable& table, bool is_calibrated) {
  const std::vector<std::string> bins = table.Texts("bins");
  const std::vector<double> temperature = table.Reals("temperature"), low = table.Reals("low"), high = table.Reals("high");
  const std::vector<double> samples = table.Reals("samples"), accuracy = table.Reals("accuracy"), confidence = table.Reals("confidence");
  ReliabilityPlot plot;
  for (size_t row = 0; row < table.size(); ++row) {
    if (bins[row] != "equal_width" || (temperature[row] != 1) != is_calibrated || !(low[row] < high[row])) continue;
    plot.bins.push_back({low[row], high[row], CountOf(samples[row]), confidence[row], accuracy[row]});
  }
  return plot;
}

void AddReliability(const RunFiles& run, std::vector<NamedPlot>* plots) {
  const RunTable* const table = run.Find("reliability.csv");
  if (table == nullptr || table->size() == 0) return;
  ReliabilityPlot plot = ReliabilityOf(*table, /*is_calibrated=*/false);
  plot.heading = Heading(run, "Reliability");
  if (!plot.bins.empty()) plots->push_back({"reliability", ReliabilityPlotScript(plot)});
  ReliabilityPlot calibrated = ReliabilityOf(*table, /*is_calibrated=*/true);
  if (calibrated.bins.empty()) return;
  calibrated.heading = Heading(run, absl::StrCat("Reliability at temperature ", FormatFixed(table->Reals("temperature").back(), 3)));
  plots->push_back({"reliability_calibrated", ReliabilityPlotScript(calibrated)});
}

// The ROC or precision-recall curves of curves.csv, a series for each class.
std::vector<LineSeries> CurvesOf(const RunTable& table, absl::string_view curve) {
  const std::vector<std::string> curves = table.Texts("curve"), ids = table.Texts("id"), names = table.Texts("name");
  const std::vector<double> x = table.Reals("x"), y = table.Reals("y");
  std::vector<LineSeries> series;
  std::map<std::string, size_t> places;  // by id: two classes may have one name
  for (size_t row = 0; row < table.size(); ++row) {
    if (curves[row] != curve) continue;
    const auto [place, is_new] = places.try_emplace(ids[row], series.size());
    if (is_new) series.push_back({names[row], {}, {}});
    series[place->second].x.push_back(x[row]);
    series[place->second].y.push_back(y[row]);
  }
  return series;
}

void AddCurves(const RunFiles& run, std::vector<NamedPlot>* plots) {
  const RunTable* const table = run.Find("curves.csv");
  if (table == nullptr) return;
  LinePlot roc;
  roc.heading = Heading(run, "ROC curves, each class against the rest");
  roc.x = {"false positive rate", AxisScale::kLinear, 0, 1};
  roc.panels = {{{"true positive rate", AxisScale::kLinear, 0, 1}, CurvesOf(*table, "roc")}};
  roc.is_square = true;
  LinePlot precision = roc;
  precision.heading = Heading(run, "Precision and recall, each class against the rest");
  precision.x.label = "recall";
  precision.panels = {{{"precision", AxisScale::kLinear, 0, 1}, CurvesOf(*table, "precision_recall")}};
  if (!roc.panels[0].series.empty()) {
    roc.panels[0].series.push_back({"chance", {0, 1}, {0, 1}, {}, {}, LineRole::kReference});
    plots->push_back({"roc", LinePlotScript(roc)});
  }
  if (!precision.panels[0].series.empty()) plots->push_back({"precision_recall", LinePlotScript(precision)});
}

void AddRiskCoverage(const RunFiles& run, std::vector<NamedPlot>* plots) {
  const RunTable* const table = run.Find("risk_coverage.csv");
  if (table == nullptr || table->size() == 0) return;
  LinePlot plot;
  plot.heading = Heading(run, "Accuracy of the surest predictions");
  plot.x = {"coverage: share of samples that are answered", AxisScale::kLinear, 0, 1};
  plot.panels = {{{"accuracy of those"}, {{"accuracy", table->Reals("coverage"), table->Reals("accuracy")}}}};
  plots->push_back({"risk_coverage", LinePlotScript(plot)});
}

// How sure the model was when it was right, and when it was wrong.
void AddConfidence(const RunFiles& run, std::vector<NamedPlot>* plots) {
  constexpr size_t kBins = 25;
  const RunTable* const table = run.Find("predictions.csv");
  if (table == nullptr || table->size() == 0) return;
  HistogramPlot plot;
  plot.heading = Heading(run, "Confidence of right and wrong predictions");
  plot.x = {"confidence", AxisScale::kLinear, 0, 1};
  for (size_t i = 0; i <= kBins; ++i) plot.edges.push_back(static_cast<double>(i) / kBins);
  plot.series = {{"wrong", std::vector<double>(kBins), kWrongInk}, {"right", std::vector<double>(kBins), kRightInk}};
  const std::vector<double> confidence = table->Reals("confidence"), correct = table->Reals("correct");
  for (size_t row = 0; row < table->size(); ++row) {
    if (!(confidence[row] >= 0 && confidence[row] <= 1) || std::isnan(correct[row])) continue;
    const size_t bin = std::min(kBins - 1, static_cast<size_t>(confidence[row] * kBins));
    plot.series[correct[row] == 1 ? 1 : 0].counts[bin] += 1;
  }
  plots->push_back({"confidence", HistogramPlotScript(plot)});
}

}  // namespace

std::vector<NamedPlot> ResultPlots(const RunFiles& run) {
  std::vector<NamedPlot> plots;
  AddMatrices(run, &plots);
  AddPerClass(run, &plots);
  AddReliability(run, &plots);
  AddCurves(run, &plots);
  AddRiskCoverage(run, &plots);
  AddConfidence(run, &plots);
  return plots;
}

}  // namespace mica
