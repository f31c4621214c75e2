// A tiny data set and what a model said about it, for tests: three classes whose names need quotes, seven samples.
#ifndef MICA_EVAL_REPORT_RUN_EXAMPLE_H_
#define MICA_EVAL_REPORT_RUN_EXAMPLE_H_

#include "absl/types/span.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/run_tables.h"

namespace mica {

// Records 0 and 1 train, 2 validates, 3 to 6 test.
inline DatasetIndex ExampleIndex() {
  DatasetIndex index;
  index.files = {{"/data/train", nullptr}, {"/data/te,st", nullptr}};
  index.classes = ClassMap({"shirt, long", "12\" record", "T-shirt/top"});
  const Split splits[] = {Split::kTrain, Split::kTrain, Split::kValidation, Split::kTest, Split::kTest, Split::kTest, Split::kTest};
  const int labels[] = {0, 2, 0, 2, 1, 0, 0};
  for (int id = 0; id < 7; ++id) {
    ImageRecord record;
    record.id = id;
    record.file = splits[id] == Split::kTest ? 1 : 0;
    record.position = splits[id] == Split::kTest ? id - 3 : id;
    record.label = labels[id];
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

inline EpochRow ExampleEpoch() {
  EpochRow row;
  row.epoch = 1;
  row.step = 1875;
  row.learning_rate = 0.1;
  row.train_loss = 0.59;
  row.train_accuracy = 1.0 / 3;
  row.test = ExampleMetrics(0.5);
  row.grad_norm = 1e-7;
  row.images_per_second = 12000;
  row.data_wait_fraction = 0.25;
  row.train_seconds = 5;
  row.eval_seconds = 0.125;
  row.peak_memory_mib = 300.5;
  return row;
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
