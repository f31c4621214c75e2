// The folder of one run, runs/EXPERIMENT/RUN/, and the files in it. docs/file_formats.md describes each.
//   MICA_ASSIGN_OR_RETURN(std::unique_ptr<RunFolder> run, RunFolder::Create({.output_dir = "runs", .experiment = "x", .run_name = ""}));
//   MICA_RETURN_IF_ERROR(run->AppendMetrics(row));
// Every file but metrics.csv and log.txt is written whole or not at all. Errors end with exit code 5. Single-thread. Torch-free.
#ifndef MICA_EVAL_REPORT_RUN_FOLDER_H_
#define MICA_EVAL_REPORT_RUN_FOLDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/run_report.pb.h"

namespace mica {

// One row of metrics.csv: an epoch. Absent values are empty fields.
struct EpochRow {
  int64_t epoch = 0;  // from 1
  int64_t step = 0;   // optimizer steps done at its end
  double learning_rate = 0;  // of its last step
  double train_loss = 0;     // running values of the epoch, means over samples
  double train_accuracy = 0;
  std::optional<MetricSet> validation;
  std::optional<MetricSet> test;
  double grad_norm = 0;  // mean over the steps, L2 over all weights before clipping
  double images_per_second = 0;
  double data_wait_fraction = 0;  // share of train_seconds spent waiting for batches
  double train_seconds = 0;
  double eval_seconds = 0;
  double peak_memory_mib = 0;
};

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
  double train_seconds = 0;
  double peak_memory_mib = 0;
  std::string class_map_fingerprint;
};

class RunFolder {
 public:
  struct Options {
    std::string output_dir;  // absolute
    std::string experiment;
    std::string run_name;  // empty: YYYYMMDD-HHMMSS in UTC, with -2, -3 … where that is taken
  };

  // Creates the folder, metrics.csv with its header and log.txt. A given run name that exists is refused. Leaves no folder behind on failure
  // of its own.
  static absl::StatusOr<std::unique_ptr<RunFolder>> Create(const Options& options, FileCalls& calls = SystemFileCalls());

  const std::string& path() const { return path_; }
  const std::string& run() const { return run_; }

  absl::Status WriteExperiment(absl::string_view resolved_textproto);
  absl::Status WriteRunReport(const RunReport& report);
  absl::Status WriteClassMap(const DatasetIndex& index);
  absl::Status AppendMetrics(const EpochRow& row);
  absl::Status WriteSummary(const SummaryRow& row);
  absl::Status WritePerClass(const ConfusionMatrix& matrix, const ClassMap& classes);
  absl::Status WriteConfusionMatrix(const ConfusionMatrix& matrix, const ClassMap& classes);
  absl::Status WritePredictions(const PredictionTable& predictions, const DatasetIndex& index);

  // Adds a line to log.txt. The first failure is reported on stderr, then the log is given up: training is worth more.
  void Log(absl::string_view line);

 private:
  RunFolder(std::string path, std::string run, FileCalls& calls) : path_(std::move(path)), run_(std::move(run)), calls_(calls) {}

  const std::string path_;
  const std::string run_;
  FileCalls& calls_;
  std::unique_ptr<AppendFile> metrics_;
  std::unique_ptr<AppendFile> log_;
};

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_FOLDER_H_
