// What one run leaves to be compared with others, read from its folder and checked.
//   MICA_ASSIGN_OR_RETURN(const RunResults run, ReadRunResults("/home/me/runs/x/a"));
//   run.Reported("accuracy")   // of the reported checkpoint on the reported split; absent while the run is unfinished
// docs/file_formats.md describes the files.
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
  std::map<std::string, double, std::less<>> metrics;  // "val_accuracy", "test_loss" …: those with a value
  double train_seconds = 0;
  double peak_memory_mib = 0;
};

// predictions.csv: the samples of the reported split, ascending by id, and whether each was predicted right (1 or 0).
struct TestedSamples {
  std::vector<int64_t> ids;
  std::vector<int32_t> truths;
  std::vector<uint8_t> right;
};

// The largest of a column of metrics.csv, in the earliest of equal epochs.
struct BestEpoch {
  int64_t epoch = 0;
  double value = 0;
};

struct RunResults {
  RunRecord record;
  Experiment experiment;  // with every default
  std::vector<std::string> class_names;
  std::vector<int64_t> class_counts;     // samples of each class in the reported split; empty without one
  std::optional<RunSummary> summary;     // absent until the run ends
  std::optional<TestedSamples> samples;  // of a finished run with a reported split
  std::optional<BestEpoch> best_val_accuracy;
  std::optional<BestEpoch> best_test_accuracy;  // only looked at: nothing was selected by it

  bool finished() const { return record.state == RunReport::FINISHED; }

  // "accuracy" -> test_accuracy, or val_accuracy where validation is the reported split.
  std::optional<double> Reported(absl::string_view metric) const;
};

// `folder` is absolute. A DataError (exit code 3) names file and line: what ReadRunRecord finds, a file that is missing, is no CSV or lacks
// a column, a value that is no number or out of range, predictions that contradict class_map.csv or summary.csv. A run that is not finished
// may lack files, and the last row of metrics.csv may be cut off.
absl::StatusOr<RunResults> ReadRunResults(const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_RUN_RESULTS_H_
