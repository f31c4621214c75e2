#include "experiments/artefacts/page_data.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

using Json = nlohmann::ordered_json;

// Chart.js leaves a gap at null.
Json Number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json Points(const std::vector<double>& x, const std::vector<double>& y) {
  Json points = Json::array();
  for (size_t i = 0; i < x.size(); ++i) points.push_back({{"x", Number(x[i])}, {"y", Number(y[i])}});
  return points;
}

bool HasNumbers(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

struct SeriesColumn {
  const char* name;
  const char* column;
};

Json LinePlotOf(const RunTable& table, const char* x_column, std::vector<SeriesColumn> columns) {
  Json series = Json::array();
  for (const SeriesColumn& column : columns) {
    const std::vector<double> y = table.Reals(column.column);
    if (HasNumbers(y)) series.push_back({{"name", column.name}, {"points", Points(table.Reals(x_column), y)}});
  }
  return {{"kind", "line"}, {"series", series}};
}

class PlotCollector {
 public:
  explicit PlotCollector(const RunFiles& run) : run_(run) {}

  void AddTraining() {
    const RunTable* const table = run_.Find("metrics.csv");
    if (table == nullptr) return;
    AddEpochs("loss", "loss (nats)", *table, {{"train (running)", "train_loss"}, {"validation", "val_loss"}, {"test", "test_loss"}});
    AddEpochs("accuracy", "accuracy", *table,
              {{"train (running)", "train_accuracy"}, {"validation", "val_accuracy"}, {"test", "test_accuracy"}});
    AddEpochs("learning_rate", "learning rate", *table, {{"learning rate", "learning_rate"}}, /*from_zero=*/true);
    AddEpochs("grad_norm", "gradient norm", *table, {{"mean of the epoch", "grad_norm"}}, /*from_zero=*/true);
  }

  // Bars as wide as their bins. Those of the temperature, if there is one, beside.
  void AddReliability() {
    const RunTable* const table = run_.Find("reliability.csv");
    if (table == nullptr || table->size() == 0) return;
    for (const bool is_calibrated : {false, true}) {
      Json points = Json::array();
      const std::vector<std::string> bins = table->Texts("bins");
      const std::vector<double> temperature = table->Reals("temperature"), low = table->Reals("low"), high = table->Reals("high"),
                                accuracy = table->Reals("accuracy");
      for (size_t row = 0; row < table->size(); ++row) {
        if (bins[row] != "equal_width" || (temperature[row] != 1) != is_calibrated || std::isnan(accuracy[row])) continue;
        points.push_back({{"x", (low[row] + high[row]) / 2}, {"y", accuracy[row]}});
      }
      const std::string name = is_calibrated ? absl::StrCat("accuracy at temperature ", FormatFixed(temperature.back(), 3)) : "accuracy";
      Json plot = {{"kind", "bar"}, {"series", {{{"name", name}, {"points", points}}}}, {"diagonal", "perfect"}, {"free", true}};
      plot["x"] = {{"label", "confidence"}, {"low", 0}, {"high", 1}};
      plot["y"] = {{"label", "accuracy"}, {"low", 0}, {"high", 1}};
      if (!points.empty()) Add(is_calibrated ? "calibrated" : "reliability", std::move(plot));
    }
  }

  void AddRiskCoverage() {
    const RunTable* const table = run_.Find("risk_coverage.csv");
    if (table == nullptr || table->size() == 0) return;
    Json plot = LinePlotOf(*table, "coverage", {{"accuracy of what is answered", "accuracy"}});
    plot["x"] = {{"label", "coverage"}, {"low", 0}, {"high", 1}};
    plot["y"] = {{"label", "accuracy"}};
    plot["free"] = true;
    Add("risk_coverage", std::move(plot));
  }

  const Json& plots() const { return plots_; }
  const std::string& names() const { return names_; }

 private:
  void Add(const std::string& name, Json plot) {
    plots_[name] = std::move(plot);
    absl::StrAppend(&names_, " ", name, " ");
  }

  void AddEpochs(const std::string& name, const char* label, const RunTable& table, std::vector<SeriesColumn> columns,
                 bool from_zero = false) {
    Json plot = LinePlotOf(table, "epoch", std::move(columns));
    if (plot["series"].empty()) return;
    plot["x"] = {{"label", "epoch"}, {"whole", true}};
    plot["y"] = {{"label", label}};
    if (from_zero) plot["y"]["low"] = 0;
    plot["marks"] = Json::array();
    if (run_.record.has_value() && run_.record->report.has_best_epoch()) {
      plot["marks"].push_back({{"x", run_.record->report.best_epoch()}, {"label", "best"}});
    }
    Add(name, std::move(plot));
  }

  const RunFiles& run_;
  Json plots_ = Json::object();
  std::string names_;
};

Json SampleOf(const SheetSample& sample) {
  const PictureRegion& region = sample.region;
  Json json = {{"id", sample.id},
               {"path", sample.path},
               {"t", sample.truth},
               {"p", sample.prediction},
               {"c", Number(sample.confidence)},
               {"box", {region.left_px, region.top_px, region.width_px, region.height_px}}};
  if (sample.worst_rank > 0) json["worst"] = sample.worst_rank;
  if (sample.random_rank > 0) json["random"] = sample.random_rank;
  return json;
}

// Names by class; those of samples where class_map.csv is not there.
Json ClassesOf(const RunFiles& run) {
  Json classes = Json::array();
  for (const std::string& name : run.class_names) classes.push_back(name);
  if (!run.samples.has_value()) return classes;
  for (const SheetSample& sample : run.samples->samples) {
    for (const auto& [label, name] : {std::pair(sample.truth, sample.truth_name), std::pair(sample.prediction, sample.prediction_name)}) {
      while (static_cast<int64_t>(classes.size()) <= label) classes.push_back(absl::StrCat(classes.size()));
      if (static_cast<size_t>(label) >= run.class_names.size()) classes[label] = name;
    }
  }
  return classes;
}

}  // namespace

bool PageData::HasPlot(absl::string_view name) const {
  return absl::StrContains(plots, absl::StrCat(" ", name, " "));
}

PageData MakePageData(const RunFiles& run) {
  PlotCollector plots(run);
  plots.AddTraining();
  plots.AddReliability();
  plots.AddRiskCoverage();
  Json data = {{"classes", ClassesOf(run)}, {"sheet", {0, 0}}, {"samples", Json::array()}, {"plots", plots.plots()}};
  if (run.samples.has_value()) {
    data["sheet"] = {run.samples->size.width_px, run.samples->size.height_px};
    for (const SheetSample& sample : run.samples->samples) data["samples"].push_back(SampleOf(sample));
  }
  return {data.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false, Json::error_handler_t::replace), plots.names()};
}

}  // namespace mica
