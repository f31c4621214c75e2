// The results of one run, read from its folder (docs/file_formats.md) and checked.
//   MICA_ASSIGN_OR_RETURN(const RunResults run, ReadRunResults("/home/me/runs/x/a"));
//   // Of the reported checkpoint on the reported split; absent while the run is unfinished.
//   run.Reported("accuracy")
#ifndef MICA_EXPERIMENTS_COMPARE_RUN_RESULTS_H_
#define MICA_EXPERIMENTS_COMPARE_RUN_RESULTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eval/report/run_record.h"
#include "experiments/experiment.pb.h"

namespace mica {

// summary.csv
struct RunSummary {
  int64_t parameters = 0;
  std::optional<int64_t> best_epoch;
  // "val_accuracy", "test_loss" …: those with a value.
  std::map<std::string, double, std::less<>> metrics;
  double train_seconds = 0;
  double peak_memory_mib = 0;
};

// predictions.csv: the samples of the reported split by ascending id, and for each 1 if it was
// predicted right, else 0.
struct TestedSamples {
  std::vector<int64_t> ids;
  std::vector<int32_t> truths;
  std::vector<uint8_t> right;
};

// The largest value in a column of metrics.csv, and the earliest epoch that has it.
struct ColumnPeak {
  int64_t epoch = 0;
  double value = 0;
};

struct RunResults {
  RunRecord record;
  Experiment experiment;  // with every default filled in
  std::vector<std::string> class_names;
  // Samples of each class in the reported split; empty if there is none.
  std::vector<int64_t> class_counts;
  std::optional<RunSummary> summary;     // absent until the run ends
  std::optional<TestedSamples> samples;  // of a finished run with a reported split
  std::optional<ColumnPeak> best_val_accuracy;
  std::optional<ColumnPeak> best_test_accuracy;  // for information: nothing was selected by it

  bool finished() const { return record.state == RunReport::FINISHED; }

  // "accuracy" -> test_accuracy, or val_accuracy if validation is the reported split.
  std::optional<double> Reported(absl::string_view metric) const;
};

// `folder` is absolute. A DataError (exit code 3) names file and line: anything ReadRunRecord
// finds, a file that is missing, not CSV or lacks a column, a value that is not a number or out of
// range, predictions that contradict class_map.csv or summary.csv. An unfinished run may lack
// files, and the last row of its metrics.csv may be torn.
absl::StatusOr<RunResults> ReadRunResults(const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_RUN_RESULTS_H_
