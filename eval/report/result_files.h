// Every file that says how a split was predicted: those of a run's reported split, and of an
// evaluation.
//   for (const ResultFile& file : ResultFiles(predictions, index, /*temperature=*/1.4)) {
//     Write(file.name, file.text);
//   }
// per_class.csv, confusion_matrix.csv, most_confused.csv, intervals.csv, reliability.csv,
// threshold_sweep.csv, risk_coverage.csv, curves.csv and predictions.csv; docs/file_formats.md
// describes every column.
#ifndef MICA_EVAL_REPORT_RESULT_FILES_H_
#define MICA_EVAL_REPORT_RESULT_FILES_H_

#include <optional>
#include <string>
#include <vector>

#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

struct ResultFile {
  std::string name;
  std::string text;
};

// The ids in `predictions` are those of `index`; at least one sample is labelled. With a
// temperature, reliability.csv also says what it would mend. 10,000 samples of 10 classes take half
// a second, most of it for the intervals. Thread-safe.
std::vector<ResultFile> ResultFiles(const PredictionTable& predictions, const DatasetIndex& index, std::optional<double> temperature);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RESULT_FILES_H_
