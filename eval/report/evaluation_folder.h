// The folder of one evaluation, RUN/evaluations/NAME/: summary.csv, what ResultFiles makes, tta.csv
// if there are views, and evaluation.textproto. docs/file_formats.md describes each.
//   MICA_RETURN_IF_ERROR(
//       WriteEvaluation("/runs/x/a/evaluations/test", {report, predictions, index}));
#ifndef MICA_EVAL_REPORT_EVALUATION_FOLDER_H_
#define MICA_EVAL_REPORT_EVALUATION_FOLDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/evaluation_report.pb.h"

namespace mica {

struct Evaluation {
  const EvaluationReport& report;
  const PredictionTable& predictions;
  const DatasetIndex& index;

  // Of test-time augmentation, where the predictions are these merged: for tta.csv. Empty: none.
  absl::Span<const PredictionTable> views = {};

  std::vector<std::string> extra_metrics = {};  // beyond MetricNames(), for summary.csv
  std::optional<double> temperature = {};       // fitted by the run: ResultFiles
};

// The folder appears whole or not at all, and replaces an older one as a whole. Removes what killed
// processes left beside it. Errors end with exit code 5. Torch-free.
absl::Status WriteEvaluation(const std::string& folder, const Evaluation& evaluation, FileCalls& calls = SystemFileCalls());

// Its summary.csv: a header and a row. The metrics have the names of the run's own tables:
// test_loss, test_accuracy …
std::string EvaluationSummaryCsv(const Evaluation& evaluation);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_EVALUATION_FOLDER_H_
