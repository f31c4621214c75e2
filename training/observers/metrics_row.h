// An epoch as a row of metrics.csv. docs/file_formats.md describes the columns. Thread-safe.
#ifndef MICA_TRAINING_OBSERVERS_METRICS_ROW_H_
#define MICA_TRAINING_OBSERVERS_METRICS_ROW_H_

#include <string>
#include <vector>

#include "base/files/csv.h"
#include "training/loop/epoch_row.h"

namespace mica {

// `scalars`: what the loss terms report (LossTerm::ScalarNames). They come last. `extra_metrics`: what
// evaluations have beyond MetricNames().
std::vector<std::string> MetricsColumns(const std::vector<std::string>& scalars, const std::vector<std::string>& extra_metrics = {});

// The same columns in the same order. Splits that were not evaluated have empty fields.
std::vector<CsvField> MetricsRow(const EpochRow& row);

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_METRICS_ROW_H_
