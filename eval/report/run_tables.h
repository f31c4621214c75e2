// The CSV files of a run folder as text. docs/file_formats.md describes every column.
//   ConfusionMatrixCsv(matrix, classes) == "truth,cat,dog\ncat,98,2\ndog,13,87\n"
// run_folder.h writes them to the disk. Thread-safe. Numbers are the shortest text that reads back
// equal; absent values are empty fields; names are kept byte by byte and quoted if needed.
#ifndef MICA_EVAL_REPORT_RUN_TABLES_H_
#define MICA_EVAL_REPORT_RUN_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/index/class_map.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

// The row of summary.csv.
struct SummaryRow {
  std::string experiment, run, model, optimizer, schedule, device;
  int64_t parameters = 0;
  double learning_rate = 0;  // base rate
  int64_t epochs = 0;        // finished
  uint64_t seed = 0;
  std::optional<int64_t> best_epoch;
  std::optional<MetricSet> validation;  // of the reported checkpoint
  std::optional<MetricSet> test;
  std::vector<std::string> extra_metrics;  // those that both have beyond MetricNames()
  double train_seconds = 0;
  double peak_memory_mib = 0;
  std::string class_map_fingerprint;
};

std::string SummaryCsv(const SummaryRow& row);
std::string ConfusionMatrixCsv(const ConfusionMatrix& matrix, const ClassMap& classes);
std::string ClassMapCsv(const DatasetIndex& index);

// The ids in `predictions` are those of `index`. 10,000 rows of 10 classes take about 20 ms.
std::string PredictionsCsv(const PredictionTable& predictions, const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_TABLES_H_
