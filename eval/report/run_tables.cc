#include "eval/report/run_tables.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "eval/report/probability_columns.h"

namespace mica {
namespace {

void AppendMetrics(absl::string_view prefix, const std::optional<MetricSet>& metrics, const std::vector<std::string>& extra,
                   std::vector<std::string>* names, std::vector<std::string>* values) {
  std::vector<std::string> all = MetricNames();
  all.insert(all.end(), extra.begin(), extra.end());
  for (const std::string& name : all) {
    names->push_back(absl::StrCat(prefix, name));
    values->push_back(metrics ? FormatNumber(metrics->Get(name)) : "");
  }
}

std::string Integer(int64_t value) {
  return absl::StrCat(value);
}

std::string PredictionsHeader(const PredictionTable& predictions) {
  std::vector<std::string> fields = {"id", "path", "truth", "truth_name", "prediction", "prediction_name", "correct", "loss", "confidence"};
  for (std::string& name : ProbabilityNames(predictions.num_classes())) fields.push_back(std::move(name));
  return CsvRow(fields);
}

// Overwrites `fields`; the caller passes the same vector again to reuse its memory.
void FillPrediction(const PredictionTable& predictions, int64_t row, const DatasetIndex& index, std::vector<std::string>* fields) {
  const int truth = predictions.label(row);
  const int prediction = predictions.prediction(row);
  const std::vector<double> probabilities = predictions.Probabilities(row);
  fields->clear();
  fields->push_back(Integer(predictions.record_id(row)));
  fields->push_back(index.PathOf(index.records[predictions.record_id(row)]));
  const bool labelled = predictions.is_labelled(row);
  fields->push_back(labelled ? Integer(truth) : "");
  fields->push_back(labelled ? index.classes.name(truth) : "");
  fields->push_back(Integer(prediction));
  fields->push_back(index.classes.name(prediction));
  fields->push_back(!labelled ? "" : truth == prediction ? "1" : "0");
  fields->push_back(labelled ? FormatNumber(predictions.NegativeLogLikelihood(row)) : "");
  fields->push_back(ProbabilityText(probabilities[prediction]));
  AppendProbabilities(predictions, row, probabilities, fields);
}

}  // namespace

std::string SummaryCsv(const SummaryRow& row) {
  std::vector<std::string> names = {"experiment",    "run",    "model", "parameters", "optimizer", "schedule",
                                    "learning_rate", "epochs", "seed",  "device",     "best_epoch"};
  std::vector<std::string> values = {row.experiment,
                                     row.run,
                                     row.model,
                                     Integer(row.parameters),
                                     row.optimizer,
                                     row.schedule,
                                     FormatNumber(row.learning_rate),
                                     Integer(row.epochs),
                                     absl::StrCat(row.seed),
                                     row.device,
                                     row.best_epoch ? Integer(*row.best_epoch) : ""};
  AppendMetrics("val_", row.validation, row.extra_metrics, &names, &values);
  AppendMetrics("test_", row.test, row.extra_metrics, &names, &values);
  for (const char* const name : {"train_seconds", "peak_memory_mib", "class_map_fingerprint"}) names.emplace_back(name);
  for (const double value : {row.train_seconds, row.peak_memory_mib}) values.push_back(FormatNumber(value));
  values.push_back(row.class_map_fingerprint);
  return CsvRow(names) + CsvRow(values);
}

std::string ConfusionMatrixCsv(const ConfusionMatrix& matrix, const ClassMap& classes) {
  std::vector<std::string> fields = {"truth"};
  fields.insert(fields.end(), classes.names().begin(), classes.names().end());
  std::string text = CsvRow(fields);
  for (int truth = 0; truth < classes.size(); ++truth) {
    fields = {classes.name(truth)};
    for (int prediction = 0; prediction < classes.size(); ++prediction) fields.push_back(Integer(matrix.count(truth, prediction)));
    text += CsvRow(fields);
  }
  return text;
}

std::string ClassMapCsv(const DatasetIndex& index) {
  std::vector<std::string> fields = {"id", "name"};
  std::vector<std::vector<int64_t>> counts;
  for (const Split split : kSplits) {
    fields.emplace_back(SplitName(split));
    counts.push_back(index.CountsOf(split));
  }
  std::string text = CsvRow(fields);
  for (int label = 0; label < index.classes.size(); ++label) {
    fields = {Integer(label), index.classes.name(label)};
    for (const std::vector<int64_t>& split_counts : counts) fields.push_back(Integer(split_counts[label]));
    text += CsvRow(fields);
  }
  return text;
}

std::string PredictionsCsv(const PredictionTable& predictions, const DatasetIndex& index) {
  std::string text = PredictionsHeader(predictions);
  std::vector<std::string> fields;
  for (int64_t row = 0; row < predictions.size(); ++row) {
    FillPrediction(predictions, row, index, &fields);
    text += CsvRow(fields);
  }
  return text;
}

}  // namespace mica
