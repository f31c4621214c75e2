#include "experiments/artefacts/training_plots.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "viz/plot/line_plot.h"

namespace mica {
namespace {

bool HasNumbers(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

// The columns of metrics.csv against the epochs. Columns without numbers are left out.
class EpochCurves {
 public:
  EpochCurves(const RunFiles& run, const RunTable& table) : run_(run), table_(table), epochs_(table.Reals("epoch")) {}

  void Add(const std::string& column, const std::string& name, LinePanel* panel) const {
    std::vector<double> values = table_.Reals(column);
    if (HasNumbers(values)) panel->series.push_back({name, epochs_, std::move(values)});
  }

  LinePlot Plot(const std::string& title, std::vector<LinePanel> panels) const {
    LinePlot plot;
    plot.heading = {title, run_.name()};
    plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
    for (LinePanel& panel : panels) {
      if (!panel.series.empty()) plot.panels.push_back(std::move(panel));
    }
    if (run_.record.has_value() && run_.record->report.has_best_epoch()) {
      plot.events.push_back({static_cast<double>(run_.record->report.best_epoch()), "best epoch"});
    }
    return plot;
  }

  const RunTable& table() const { return table_; }

 private:
  const RunFiles& run_;
  const RunTable& table_;
  const std::vector<double> epochs_;
};

// Test is drawn where it was looked at: the plot must not hide it.
LinePlot LearningCurves(const EpochCurves& curves) {
  LinePanel loss{{"loss (nats)"}, {}}, accuracy{{"accuracy"}, {}};
  for (const auto& [prefix, name] : {std::pair("train_", "train (running)"), std::pair("val_", "validation"), std::pair("test_", "test")}) {
    curves.Add(absl::StrCat(prefix, "loss"), name, &loss);
    curves.Add(absl::StrCat(prefix, "accuracy"), name, &accuracy);
  }
  return curves.Plot("Learning curves", {loss, accuracy});
}

LinePlot Optimization(const EpochCurves& curves) {
  LinePanel rate{{"learning rate"}, {}}, norm{{"gradient norm"}, {}};
  curves.Add("learning_rate", "learning rate", &rate);
  curves.Add("grad_norm", "gradient norm, mean of the epoch", &norm);
  return curves.Plot("Optimization", {rate, norm});
}

LinePlot Throughput(const EpochCurves& curves) {
  LinePanel speed{{"images / s", AxisScale::kLinear, 0}, {}}, waiting{{"share of waiting", AxisScale::kLinear, 0, 1}, {}};
  curves.Add("images_per_second", "images a second", &speed);
  curves.Add("data_wait_fraction", "waiting for data", &waiting);
  return curves.Plot("Throughput", {speed, waiting});
}

// What loss terms tell stands behind the columns that every run has.
LinePlot LossTerms(const EpochCurves& curves) {
  std::vector<LinePanel> panels;
  bool is_behind = false;
  for (const RunTable::Column& column : curves.table().columns()) {
    if (is_behind) {
      panels.push_back({{column.name}, {}});
      curves.Add(column.name, column.name, &panels.back());
    }
    is_behind = is_behind || column.name == "peak_memory_mib";
  }
  return curves.Plot("Loss terms", std::move(panels));
}

}  // namespace

std::vector<NamedPlot> TrainingPlots(const RunFiles& run) {
  const RunTable* const table = run.Find("metrics.csv");
  if (table == nullptr || table->size() == 0) return {};
  const EpochCurves curves(run, *table);
  std::vector<NamedPlot> plots;
  for (const auto& [name, plot] : {std::pair("learning_curves", LearningCurves(curves)), std::pair("optimization", Optimization(curves)),
                                   std::pair("throughput", Throughput(curves)), std::pair("loss_terms", LossTerms(curves))}) {
    if (!plot.panels.empty()) plots.push_back({name, LinePlotScript(plot)});
  }
  return plots;
}

}  // namespace mica
