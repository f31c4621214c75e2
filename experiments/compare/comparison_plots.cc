#include "experiments/compare/comparison_plots.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "viz/plot/line_plot.h"

namespace mica {
namespace {

bool HasPoint(const RunResults& run) {
  return run.summary.has_value() && run.Reported("accuracy").has_value();
}

std::set<std::string> PlacesOf(const Comparison& comparison) {
  std::set<std::string> places;
  for (const RunResults& run : comparison.runs) {
    if (HasPoint(run)) places.insert(PlaceOf(run));
  }
  return places;
}

// Points as a curve whose every second y is a gap, so that nothing joins them.
LineSeries Dots(const Comparison& comparison, const std::string& place) {
  LineSeries dots{place, {}, {}};
  for (const RunResults& run : comparison.runs) {
    if (!HasPoint(run) || PlaceOf(run) != place) continue;
    for (const double y : {*run.Reported("accuracy"), std::nan("")}) {
      dots.x.push_back(run.summary->train_seconds);
      dots.y.push_back(y);
    }
  }
  return dots;
}

LineSeries FrontLine(const Comparison& comparison, const std::string& place, const std::string& name) {
  LineSeries front{name, {}, {}, {}, {}, LineRole::kReference};
  for (const size_t run : ParetoFront(comparison, place)) {
    front.x.push_back(comparison.runs[run].summary->train_seconds);
    front.y.push_back(*comparison.runs[run].Reported("accuracy"));
  }
  return front;
}

void AddAccuracySeconds(const Comparison& comparison, std::vector<NamedPlot>* plots) {
  constexpr double kWideRange = 20;  // from here on a log axis
  LinePlot plot;
  plot.heading = {"Accuracy against seconds of training", "dashed: nothing of the same place is quicker and as good"};
  plot.x = {"training (s)"};
  LinePanel panel{{"accuracy"}, {}};
  for (const std::string& place : PlacesOf(comparison)) {
    LineSeries dots = Dots(comparison, place);
    const auto [least, most] = std::minmax_element(dots.x.begin(), dots.x.end());
    if (*least > 0 && *most > kWideRange * *least) plot.x.scale = AxisScale::kLog;
    panel.series.push_back(std::move(dots));
    if (LineSeries front = FrontLine(comparison, place, absl::StrCat("best of ", place)); front.x.size() > 1) {
      panel.series.push_back(std::move(front));
    }
  }
  if (panel.series.empty()) return;
  plot.panels = {std::move(panel)};
  plots->push_back({"accuracy_seconds", LinePlotScript(plot)});
}

bool HasNumbers(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

void AddCurves(const Comparison& comparison, const std::vector<RunTable>& metrics, std::vector<NamedPlot>* plots) {
  LinePlot plot;
  plot.heading = {"Curves", "validation, or test where there is none"};
  plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
  plot.panels = {{{"loss (nats)"}, {}}, {{"accuracy"}, {}}};
  for (size_t i = 0; i < std::min(metrics.size(), kMostCurveRuns); ++i) {
    for (const auto& [panel, metric] : {std::pair(0, "loss"), std::pair(1, "accuracy")}) {
      std::vector<double> values = metrics[i].Reals(absl::StrCat("val_", metric));
      if (!HasNumbers(values)) values = metrics[i].Reals(absl::StrCat("test_", metric));
      if (!HasNumbers(values)) continue;
      plot.panels[panel].series.push_back({absl::StrCat(i + 1, ": ", comparison.names[i]), metrics[i].Reals("epoch"), std::move(values)});
    }
  }
  if (!plot.panels[0].series.empty()) plots->push_back({"curves", LinePlotScript(plot)});
}

}  // namespace

std::string PlaceOf(const RunResults& run) {
  const RunReport& report = run.record.report;
  return absl::StrCat(report.device(), ", ", report.cpu_threads(), report.cpu_threads() == 1 ? " thread" : " threads", ", host ",
                      report.host());
}

std::vector<size_t> ParetoFront(const Comparison& comparison, const std::string& place) {
  std::vector<size_t> runs;
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    if (HasPoint(comparison.runs[i]) && PlaceOf(comparison.runs[i]) == place) runs.push_back(i);
  }
  const auto seconds = [&](size_t run) { return comparison.runs[run].summary->train_seconds; };
  const auto accuracy = [&](size_t run) { return *comparison.runs[run].Reported("accuracy"); };
  std::stable_sort(runs.begin(), runs.end(),
                   [&](size_t a, size_t b) { return seconds(a) != seconds(b) ? seconds(a) < seconds(b) : accuracy(a) > accuracy(b); });
  std::vector<size_t> front;
  for (const size_t run : runs) {
    if (front.empty() || accuracy(run) > accuracy(front.back())) front.push_back(run);
  }
  return front;
}

std::vector<NamedPlot> ComparisonPlots(const Comparison& comparison, const std::vector<RunTable>& metrics) {
  std::vector<NamedPlot> plots;
  AddAccuracySeconds(comparison, &plots);
  AddCurves(comparison, metrics, &plots);
  return plots;
}

}  // namespace mica
