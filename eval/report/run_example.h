// A tiny data set and a model's predictions for it, for tests: seven samples of three classes,
// whose names need quotes.
#ifndef MICA_EVAL_REPORT_RUN_EXAMPLE_H_
#define MICA_EVAL_REPORT_RUN_EXAMPLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/files/csv.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/run_tables.h"

namespace mica {

// Records 0 and 1 are for training, 2 for validation, 3 to 6 for testing.
inline DatasetIndex ExampleIndex() {
  DatasetIndex index;
  index.files = {{"/data/train", nullptr, std::nullopt}, {"/data/te,st", nullptr, std::nullopt}};
  index.classes = ClassMap({"shirt, long", "12\" record", "T-shirt/top"});
  const Split splits[] = {Split::kTrain, Split::kTrain, Split::kValidation, Split::kTest, Split::kTest, Split::kTest, Split::kTest};
  const int labels[] = {0, 2, 0, 2, 1, 0, 0};
  for (int id = 0; id < 7; ++id) {
    ImageRecord record;
    record.id = id;
    record.file = splits[id] == Split::kTest ? 1 : 0;
    record.position = splits[id] == Split::kTest ? id - 3 : id;
    record.label = labels[id];
    record.length = 4;
    record.split = splits[id];
    index.records.push_back(record);
  }
  return index;
}

// The test split: truth 2 1 0 0, predictions 2 1 0 1.
inline PredictionTable ExamplePredictions() {
  PredictionTable predictions(3);
  predictions.Add(3, 2, {0, 1, 2});
  predictions.Add(4, 1, {-1, 0.5f, 0.5f});
  predictions.Add(5, 0, {1000, 0, 0});
  predictions.Add(6, 0, {0, 1, 0});
  return predictions;
}

// FIRST, FIRST + 1, … in the order of the names.
inline MetricSet ExampleMetrics(double first) {
  MetricSet metrics;
  for (const std::string& name : MetricNames()) metrics.values.push_back({name, first++});
  return metrics;
}

inline std::vector<std::string> ExampleMetricsColumns() {
  return {"epoch", "train_loss", "val_loss"};
}

inline std::vector<CsvField> ExampleMetricsRow(int64_t epoch) {
  return {{"epoch", absl::StrCat(epoch)}, {"train_loss", "0.59"}, {"val_loss", ""}};
}

inline SummaryRow ExampleSummary() {
  SummaryRow row;
  row.experiment = "tiny";
  row.run = "first";
  row.model = "tiny_vgg";
  row.parameters = 8750;
  row.optimizer = "sgd";
  row.schedule = "constant";
  row.learning_rate = 0.1;
  row.epochs = 3;
  row.seed = 18446744073709551615u;
  row.device = "cpu";
  row.test = ExampleMetrics(0.5);
  row.train_seconds = 15.5;
  row.peak_memory_mib = 300;
  row.class_map_fingerprint = "0123456789abcdef";
  return row;
}

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_EXAMPLE_H_
