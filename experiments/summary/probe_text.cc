#include "experiments/summary/probe_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/console_table.h"
#include "base/number_format.h"
#include "base/tensor_statistics.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/summary/statistics_cells.h"

namespace mica {
namespace {

constexpr int kMaxClasses = 20;

using Rows = std::vector<std::vector<std::string>>;

// The picture, then the outputs.
std::vector<const LayerOutput*> All(const ProbedModel& model) {
  std::vector<const LayerOutput*> all = {&model.result.picture};
  for (const LayerOutput& output : model.result.outputs) all.push_back(&output);
  return all;
}

// Two layers that have the same name, or one of either model.
struct Pair {
  std::vector<const LayerOutput*> of_model;  // [models], null: this model has none
};

// In the order of the first model, then what the second has alone.
std::vector<Pair> Pairs(absl::Span<const ProbedModel> models) {
  std::vector<Pair> pairs;
  std::map<std::string, size_t> pair_of_layer;
  for (size_t model = 0; model < models.size(); ++model) {
    for (const LayerOutput* const output : All(models[model])) {
      const auto [at, is_new] = pair_of_layer.emplace(output == &models[model].result.picture ? "" : output->layer, pairs.size());
      if (is_new) pairs.push_back({std::vector<const LayerOutput*>(models.size())});
      pairs[at->second].of_model[model] = output;
    }
  }
  return pairs;
}

void AddOutputRow(const LayerOutput& output, const std::string& model, const TensorStatistics& statistics, bool one_model, Rows* rows) {
  std::vector<std::string>& row = rows->emplace_back();
  row = {output.layer, output.kind, absl::StrJoin(output.shape, "x")};
  if (!one_model) row.push_back(model);
  const std::vector<std::string> cells = StatisticsCells(statistics);
  row.insert(row.end(), cells.begin(), cells.end());
}

// b - a, value by value, as an output of the same shape.
LayerOutput Difference(const LayerOutput& a, const LayerOutput& b) {
  LayerOutput difference = a;
  for (size_t i = 0; i < a.values.size(); ++i) difference.values[i] = b.values[i] - a.values[i];
  return difference;
}

// The logits of models that share their classes.
std::string LogitTable(absl::Span<const ProbedModel> models) {
  PredictionTable predictions(static_cast<int>(models[0].class_names.size()));
  Rows rows = {{"class"}};
  for (size_t model = 0; model < models.size(); ++model) {
    predictions.Add(static_cast<int64_t>(model), /*label=*/-1, models[model].result.logits);
    const std::string prefix = models.size() > 1 ? absl::StrCat(ModelLetter(model), ": ") : "";
    rows[0].insert(rows[0].end(), {absl::StrCat(prefix, "logit"), absl::StrCat(prefix, "probability")});
  }
  std::vector<int> shown = predictions.TopClasses(0, kMaxClasses);
  const bool all = shown.size() == models[0].class_names.size();
  if (all) std::sort(shown.begin(), shown.end());
  for (const int label : shown) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(models[0].class_names[label]);
    for (size_t model = 0; model < models.size(); ++model) {
      const auto i = static_cast<int64_t>(model);
      row.push_back(FormatFixed(predictions.logits(i)[label], 4));
      row.push_back(FormatFixed(predictions.Probabilities(i)[label], 4));
    }
  }
  return absl::StrCat(ConsoleTable(rows),
                      all ? "" : absl::StrCat("… and ", models[0].class_names.size() - shown.size(), " more classes\n"));
}

bool HaveSameClasses(absl::Span<const ProbedModel> models) {
  return models.front().class_names == models.back().class_names;
}

std::string LogitTables(absl::Span<const ProbedModel> models) {
  if (HaveSameClasses(models)) return LogitTable(models);
  std::string text;
  for (size_t model = 0; model < models.size(); ++model) {
    absl::StrAppend(&text, model > 0 ? "\n" : "", ModelLetter(model), ", whose classes are others:\n",
                    LogitTable(models.subspan(model, 1)));
  }
  return text;
}

std::string SamePixels(absl::Span<const ProbedModel> models) {
  if (models.size() == 1) return "";
  const LayerOutput &a = models[0].result.picture, &b = models[1].result.picture;
  return a.shape == b.shape && a.values == b.values
             ? "Both models get the same numbers for the picture.\n"
             : "The models get different numbers for the picture, for their experiments prepare it differently.\n";
}

}  // namespace

std::string ProbeText(absl::Span<const ProbedModel> models) {
  std::string text;
  for (size_t model = 0; model < models.size(); ++model) {
    absl::StrAppend(&text, models.size() > 1 ? absl::StrCat(ModelLetter(model), ": ") : "", models[model].name, "\n");
  }
  return absl::StrCat(text, SamePixels(models), "\n", OutputTable(models), "\n", LogitTables(models));
}

std::string OutputTable(absl::Span<const ProbedModel> models) {
  const bool one_model = models.size() == 1;
  Rows rows = {{"layer", "kind", "output"}};
  if (!one_model) rows[0].emplace_back("model");
  for (std::string& title : StatisticsTitles()) rows[0].push_back(std::move(title));
  for (const Pair& pair : Pairs(models)) {
    for (size_t model = 0; model < models.size(); ++model) {
      if (const LayerOutput* const output = pair.of_model[model]; output != nullptr) {
        AddOutputRow(*output, ModelLetter(model), TensorStatisticsOf(output->values), one_model, &rows);
      }
    }
    const LayerOutput *const a = pair.of_model.front(), *const b = pair.of_model.back();
    if (one_model || a == nullptr || b == nullptr || a->shape != b->shape) continue;
    AddOutputRow(*a, "b - a", TensorStatisticsOf(Difference(*a, *b).values), one_model, &rows);
  }
  return ConsoleTable(rows);
}

}  // namespace mica
