#include "experiments/artefacts/training_plots.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
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

// Rows of parameters.csv by the parameter that they are about, in the file's order.
std::vector<std::pair<std::string, std::vector<size_t>>> RowsByParameter(const RunTable& table, absl::string_view of) {
  std::vector<std::pair<std::string, std::vector<size_t>>> parameters;
  std::map<std::string, size_t> places;
  const std::vector<std::string> names = table.Texts("parameter"), ofs = table.Texts("of");
  for (size_t row = 0; row < table.size(); ++row) {
    if (ofs[row] != of) continue;
    const auto [place, is_new] = places.try_emplace(names[row], parameters.size());
    if (is_new) parameters.push_back({names[row], {}});
    parameters[place->second].second.push_back(row);
  }
  return parameters;
}

std::vector<double> Chosen(const std::vector<double>& values, const std::vector<size_t>& rows) {
  std::vector<double> chosen;
  for (const size_t row : rows) chosen.push_back(values[row]);
  return chosen;
}

// A panel for each of a few weights from the first layers to the last: the median, and where 90 % of the
// values lie.
void AddSpread(const RunFiles& run, const char* of, const char* name, const char* title, std::vector<NamedPlot>* plots) {
  constexpr size_t kMostPanels = 6;
  const RunTable* const table = run.Find("parameters.csv");
  if (table == nullptr) return;
  std::vector<std::pair<std::string, std::vector<size_t>>> parameters = RowsByParameter(*table, of);
  const auto is_weight = [](const auto& parameter) { return absl::EndsWith(parameter.first, "weight"); };
  if (std::any_of(parameters.begin(), parameters.end(), is_weight)) {
    parameters.erase(std::remove_if(parameters.begin(), parameters.end(), std::not_fn(is_weight)), parameters.end());
  }
  const std::vector<double> epochs = table->Reals("epoch"), low = table->Reals("q05"), median = table->Reals("q50"),
                            high = table->Reals("q95");
  LinePlot plot;
  plot.heading = {title, absl::StrCat(run.name(), ", median and 90 % of the values")};
  plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
  const size_t panels = std::min(parameters.size(), kMostPanels);
  for (size_t i = 0; i < panels; ++i) {
    const auto& [parameter, rows] = parameters[panels == 1 ? 0 : i * (parameters.size() - 1) / (panels - 1)];
    LineSeries series{parameter, Chosen(epochs, rows), Chosen(median, rows), Chosen(low, rows), Chosen(high, rows)};
    if (HasNumbers(series.y)) plot.panels.push_back({{""}, {std::move(series)}});
  }
  if (!plot.panels.empty()) plots->push_back({name, LinePlotScript(plot)});
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
  AddSpread(run, "values", "weights", "Weights", &plots);
  AddSpread(run, "gradients", "gradients", "Gradients of each epoch's last step", &plots);
  return plots;
}

}  // namespace mica
