#include "eval/report/evaluation_folder.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"
#include "base/files/csv.h"
#include "base/files/path.h"
#include "base/files/replace_folder.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/result_files.h"
#include "eval/report/view_table.h"

namespace mica {
namespace {

absl::Status WriteFiles(const std::string& folder, const Evaluation& evaluation, FileCalls& calls) {
  std::vector<ResultFile> files = ResultFiles(evaluation.predictions, evaluation.index, evaluation.temperature);
  files.push_back({"summary.csv", EvaluationSummaryCsv(evaluation)});
  if (!evaluation.views.empty()) files.push_back({"tta.csv", ViewTableCsv(evaluation.views, evaluation.predictions)});
  files.push_back({"evaluation.textproto", PrintTextprotoFile(evaluation.report)});
  for (const ResultFile& file : files) MICA_RETURN_IF_ERROR(WriteNewFile(absl::StrCat(folder, "/", file.name), file.text, calls));
  return SyncFolder(folder, calls);
}

}  // namespace

std::string EvaluationSummaryCsv(const Evaluation& evaluation) {
  const EvaluationReport& report = evaluation.report;
  std::vector<std::string> names = {"experiment", "run", "checkpoint", "step", "split", "samples", "device"};
  std::vector<std::string> values = {
      report.experiment(), report.run(), report.checkpoint(), absl::StrCat(report.step()), report.split(), absl::StrCat(report.samples()),
      report.device()};
  const std::string prefix = report.split() == "validation" ? "val_" : absl::StrCat(report.split(), "_");
  for (const Metric& metric : ComputeMetrics(evaluation.predictions, evaluation.extra_metrics).values) {
    names.push_back(prefix + metric.name);
    values.push_back(FormatNumber(metric.value));
  }
  names.emplace_back("class_map_fingerprint");
  values.push_back(report.class_map_fingerprint());
  return CsvRow(names) + CsvRow(values);
}

absl::Status WriteEvaluation(const std::string& folder, const Evaluation& evaluation, FileCalls& calls) {
  const std::string parent = FolderName(folder), temporary = TemporaryNameOf(folder);
  MICA_RETURN_IF_ERROR(MakeFolders(parent, calls));
  RemoveLeftovers(parent, calls);
  absl::Status status = MakeFolders(temporary, calls);
  if (status.ok()) status = WriteFiles(temporary, evaluation, calls);
  if (status.ok()) status = ReplaceFolder(temporary, folder, calls);
  if (status.ok()) return SyncFolder(FolderName(parent), calls);  // it lists evaluations/ itself
  RemoveTree(temporary, calls);
  return status;
}

}  // namespace mica
