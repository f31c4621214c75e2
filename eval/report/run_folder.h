// The folder of one run, runs/EXPERIMENT/RUN/, and its files. docs/file_formats.md describes each.
//   RunFolder::Options options;
//   options.output_dir = "/home/me/runs";
//   options.experiment = "fashion_mnist_tiny_vgg";
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> run, RunFolder::Create(options));
//   MICA_RETURN_IF_ERROR(run->AppendMetrics(row));
// Every file but metrics.csv and log.txt is written whole or not at all; until then an older one of
// the same name stays. Errors end with exit code 5 and give path and reason. Checkpoints are
// written into path() by others. Single-thread. Torch-free.
#ifndef MICA_EVAL_REPORT_RUN_FOLDER_H_
#define MICA_EVAL_REPORT_RUN_FOLDER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/csv.h"
#include "base/files/file.h"
#include "data/index/class_map.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/result_files.h"
#include "eval/report/run_report.pb.h"
#include "eval/report/run_tables.h"

namespace mica {

class RunFolder {
 public:
  struct Options {
    std::string output_dir;  // absolute

    // A plain part of a path: no '/', no control characters, not "." or "..".
    std::string experiment;

    // The same. Empty: YYYYMMDD-HHMMSS in UTC, with -2, -3 … if that name is taken.
    std::string run_name;
    std::vector<std::string> metrics_columns;  // of metrics.csv
  };

  // Creates the folder and its missing parents, metrics.csv with its header, and log.txt. Refuses a
  // run name that exists; if two processes ask for the same name, only one gets it. A name that is
  // no plain part of a path is a config error (experiment) or a flag error (run_name). A failure
  // removes the run's folder again. `calls` must outlive the result.
  static absl::StatusOr<std::unique_ptr<RunFolder>> Create(const Options& options, FileCalls& calls = SystemFileCalls());

  const std::string& path() const { return path_; }
  const std::string& run() const { return run_; }

  absl::Status WriteExperiment(absl::string_view resolved_textproto);                               // experiment.textproto
  absl::Status WriteRunReport(const RunReport& report);                                             // run.textproto
  absl::Status WriteClassMap(const DatasetIndex& index);                                            // class_map.csv
  absl::Status WriteInitialWeights(absl::string_view csv);                                          // initial_weights.csv
  absl::Status WriteNanReport(absl::string_view textproto);                                         // nan_report.textproto
  absl::Status WriteSummary(const SummaryRow& row);                                                 // summary.csv
  absl::Status WriteResults(absl::Span<const ResultFile> files);                                    // of the reported split
  absl::Status WriteViews(absl::Span<const PredictionTable> views, const PredictionTable& merged);  // tta.csv

  // Adds a row to metrics.csv, with all its columns in order. The row is on the disk when this
  // returns.
  absl::Status AppendMetrics(absl::Span<const CsvField> row);

  // parameters.csv. A failure is reported on stderr, because results matter more.
  void WriteParameters(absl::string_view csv);

  // Adds a line to log.txt. The first failure is reported on stderr and closes the log for good,
  // because training matters more.
  void Log(absl::string_view line);

 private:
  RunFolder(std::string path, std::string run, std::vector<std::string> metrics_columns, FileCalls& calls)
      : path_(std::move(path)), run_(std::move(run)), metrics_columns_(std::move(metrics_columns)), calls_(calls) {}

  std::string FilePath(absl::string_view name) const;
  absl::Status Write(absl::string_view name, absl::string_view bytes);
  absl::Status Open();
  void Remove();
  void GiveUpLog(const absl::Status& status);

  const std::string path_;
  const std::string run_;
  const std::vector<std::string> metrics_columns_;
  FileCalls& calls_;
  std::unique_ptr<AppendFile> metrics_;
  std::unique_ptr<AppendFile> log_;  // null when given up
};

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_FOLDER_H_
