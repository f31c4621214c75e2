#include "experiments/compare/run_results.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

bool IsThere(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

absl::string_view MetricPrefix(absl::string_view split) {
  return split == "test" ? "test_" : "val_";
}

// The lower limit holds for all metrics. loss, nll and brier have no upper limit; if a model's
// scores were infinite or NaN, they may be so too, and ece may be NaN.
bool IsPossible(absl::string_view metric, double value) {
  if (metric == "loss" || metric == "nll" || metric == "brier") return !(value < 0);
  return (value >= 0 && value <= 1) || (metric == "ece" && std::isnan(value));
}

// A field that may be empty.
absl::StatusOr<std::optional<double>> OptionalMetric(const CsvTable& table, size_t row, const std::string& column,
                                                     absl::string_view metric) {
  if (table.Text(row, column).empty()) return std::nullopt;
  MICA_ASSIGN_OR_RETURN(const double value, table.Real(row, column));
  if (!IsPossible(metric, value)) return table.Error(row, absl::StrCat(column, " is ", FormatNumber(value), ", which cannot be"));
  return value;
}

absl::StatusOr<double> Positive(const CsvTable& table, size_t row, absl::string_view column) {
  MICA_ASSIGN_OR_RETURN(const double value, table.Real(row, column));
  if (value >= 0 && std::isfinite(value)) return value;
  return table.Error(row, absl::StrCat(column, " is ", FormatNumber(value), ", which cannot be"));
}

absl::StatusOr<int64_t> IntegerIn(const CsvTable& table, size_t row, absl::string_view column, int64_t lowest, int64_t highest) {
  MICA_ASSIGN_OR_RETURN(const int64_t value, table.Integer(row, column));
  if (value >= lowest && value <= highest) return value;
  return table.Error(row, absl::StrCat(column, " is ", value, "; expected ", lowest, " to ", highest));
}

absl::Status ReadExperimentOf(RunResults* run) {
  const std::string path = absl::StrCat(run->record.folder, "/experiment.textproto");
  FieldLocations locations;
  TextprotoErrors errors;
  ParseTextproto(run->record.experiment_text, path, &run->experiment, &locations, &errors);
  FillDefaults(&run->experiment);  // for fields that an older mica did not have
  if (errors.messages.empty()) return absl::OkStatus();
  return DataError(absl::StrCat(absl::StrJoin(errors.messages, "\n"), "\n", path, ": was written by mica ",
                                run->record.report.mica_version(), "; this is mica ", kVersion));
}

absl::Status ReadClasses(RunResults* run) {
  const std::string path = absl::StrCat(run->record.folder, "/class_map.csv");
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(path, {"id", "name", "validation", "test"}));
  if (table.size() == 0) return DataError(absl::StrCat(path, ": names no class"));
  const std::string& split = run->record.report.reported_split();
  for (size_t row = 0; row < table.size(); ++row) {
    const auto label = static_cast<int64_t>(row);
    MICA_RETURN_IF_ERROR(IntegerIn(table, row, "id", label, label).status());
    run->class_names.push_back(table.Text(row, "name"));
    if (split.empty()) continue;
    MICA_ASSIGN_OR_RETURN(const int64_t count, IntegerIn(table, row, split, 0, int64_t{1} << 40));
    run->class_counts.push_back(count);
  }
  return absl::OkStatus();
}

std::vector<std::string> SummaryColumns() {
  std::vector<std::string> columns = {"parameters", "best_epoch", "train_seconds", "peak_memory_mib"};
  for (const char* const prefix : {"val_", "test_"}) {
    for (const std::string& metric : MetricNames()) columns.push_back(absl::StrCat(prefix, metric));
  }
  return columns;
}

absl::StatusOr<RunSummary> ReadSummary(const std::string& path) {
  const std::vector<std::string> columns = SummaryColumns();
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(path, std::vector<absl::string_view>(columns.begin(), columns.end())));
  if (table.size() != 1) return DataError(absl::StrCat(path, ": holds ", table.size(), " rows below the header; expected one"));
  RunSummary summary;
  MICA_ASSIGN_OR_RETURN(summary.parameters, IntegerIn(table, 0, "parameters", 0, INT64_MAX));
  if (!table.Text(0, "best_epoch").empty()) {
    MICA_ASSIGN_OR_RETURN(summary.best_epoch, IntegerIn(table, 0, "best_epoch", 1, INT64_MAX));
  }
  MICA_ASSIGN_OR_RETURN(summary.train_seconds, Positive(table, 0, "train_seconds"));
  MICA_ASSIGN_OR_RETURN(summary.peak_memory_mib, Positive(table, 0, "peak_memory_mib"));
  for (const char* const prefix : {"val_", "test_"}) {
    for (const std::string& metric : MetricNames()) {
      const std::string column = absl::StrCat(prefix, metric);
      MICA_ASSIGN_OR_RETURN(const std::optional<double> value, OptionalMetric(table, 0, column, metric));
      if (value.has_value()) summary.metrics[column] = *value;
    }
  }
  return summary;
}

absl::Status TakeBest(const CsvTable& table, size_t row, int64_t epoch, const std::string& column, std::optional<ColumnPeak>* best) {
  MICA_ASSIGN_OR_RETURN(const std::optional<double> value, OptionalMetric(table, row, column, "accuracy"));
  if (value.has_value() && (!best->has_value() || *value > (*best)->value)) *best = ColumnPeak{epoch, *value};
  return absl::OkStatus();
}

// A crash may have torn the last row, so only rows with their line feed count.
absl::Status ReadEpochs(RunResults* run) {
  const std::string path = absl::StrCat(run->record.folder, "/metrics.csv");
  MICA_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxCsvBytes));
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  if (text.empty()) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, path, {"epoch", "val_accuracy", "test_accuracy"}));
  for (size_t row = 0; row < table.size(); ++row) {
    MICA_ASSIGN_OR_RETURN(const int64_t epoch, IntegerIn(table, row, "epoch", 1, INT64_MAX));
    MICA_RETURN_IF_ERROR(TakeBest(table, row, epoch, "val_accuracy", &run->best_val_accuracy));
    MICA_RETURN_IF_ERROR(TakeBest(table, row, epoch, "test_accuracy", &run->best_test_accuracy));
  }
  return absl::OkStatus();
}

// In the order of the file.
absl::StatusOr<TestedSamples> SamplesOf(const CsvTable& table, int64_t classes) {
  TestedSamples samples;
  for (size_t row = 0; row < table.size(); ++row) {
    MICA_ASSIGN_OR_RETURN(const int64_t id, IntegerIn(table, row, "id", 0, INT64_MAX));
    MICA_ASSIGN_OR_RETURN(const int64_t truth, IntegerIn(table, row, "truth", 0, classes - 1));
    MICA_ASSIGN_OR_RETURN(const int64_t prediction, IntegerIn(table, row, "prediction", 0, classes - 1));
    MICA_ASSIGN_OR_RETURN(const int64_t correct, IntegerIn(table, row, "correct", 0, 1));
    if ((truth == prediction) != (correct == 1)) {
      return table.Error(row, absl::StrCat("correct is ", correct, ", but truth is ", truth, " and prediction ", prediction));
    }
    samples.ids.push_back(id);
    samples.truths.push_back(static_cast<int32_t>(truth));
    samples.right.push_back(static_cast<uint8_t>(correct));
  }
  return samples;
}

absl::StatusOr<TestedSamples> Sorted(const TestedSamples& samples, const CsvTable& table) {
  std::vector<size_t> order(samples.ids.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return std::make_pair(samples.ids[a], a) < std::make_pair(samples.ids[b], b); });
  TestedSamples sorted;
  for (const size_t row : order) {
    const int64_t id = samples.ids[row];
    if (!sorted.ids.empty() && sorted.ids.back() == id) return table.Error(row, absl::StrCat("id ", id, " stands twice"));
    sorted.ids.push_back(id);
    sorted.truths.push_back(samples.truths[row]);
    sorted.right.push_back(samples.right[row]);
  }
  return sorted;
}

// Mixed-up files of two runs, or lost rows, would make every test below meaningless.
absl::Status CheckAgreement(const RunResults& run, const TestedSamples& samples, const std::string& path) {
  const auto rows = static_cast<int64_t>(samples.ids.size());
  const int64_t expected = std::accumulate(run.class_counts.begin(), run.class_counts.end(), int64_t{0});
  if (rows != expected || rows == 0) {
    return DataError(absl::StrCat(path, ": ", rows, " rows, but class_map.csv counts ", expected, " samples in the ",
                                  run.record.report.reported_split(), " split"));
  }
  const auto right = std::accumulate(samples.right.begin(), samples.right.end(), int64_t{0});
  const double accuracy = static_cast<double>(right) / static_cast<double>(rows);
  const std::optional<double> reported = run.Reported("accuracy");
  if (reported.has_value() && std::abs(*reported - accuracy) < 1e-9) return absl::OkStatus();
  return DataError(absl::StrCat(path, ": ", right, " of ", rows, " are right (", FormatNumber(accuracy), "), but summary.csv says ",
                                reported.has_value() ? FormatNumber(*reported) : "nothing"));
}

absl::Status ReadSamples(RunResults* run) {
  const std::string path = absl::StrCat(run->record.folder, "/predictions.csv");
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(path, {"id", "truth", "prediction", "correct"}));
  MICA_ASSIGN_OR_RETURN(const TestedSamples in_file, SamplesOf(table, static_cast<int64_t>(run->class_names.size())));
  MICA_ASSIGN_OR_RETURN(run->samples, Sorted(in_file, table));
  return CheckAgreement(*run, *run->samples, path);
}

}  // namespace

std::optional<double> RunResults::Reported(absl::string_view metric) const {
  const std::string& split = record.report.reported_split();
  if (!finished() || !summary.has_value() || split.empty()) return std::nullopt;
  const auto found = summary->metrics.find(absl::StrCat(MetricPrefix(split), metric));
  return found == summary->metrics.end() ? std::nullopt : std::optional<double>(found->second);
}

absl::StatusOr<RunResults> ReadRunResults(const std::string& folder) {
  RunResults run;
  MICA_ASSIGN_OR_RETURN(run.record, ReadRunRecord(folder));
  const std::string& split = run.record.report.reported_split();
  if (!split.empty() && split != "test" && split != "validation") {
    return DataError(absl::StrCat(run.record.folder, "/run.textproto: reported_split is neither test nor validation"));
  }
  MICA_RETURN_IF_ERROR(ReadExperimentOf(&run));
  MICA_RETURN_IF_ERROR(ReadClasses(&run));
  const std::string summary = absl::StrCat(run.record.folder, "/summary.csv");
  if (run.finished() || IsThere(summary)) {
    MICA_ASSIGN_OR_RETURN(run.summary, ReadSummary(summary));
  }
  if (run.finished() || IsThere(absl::StrCat(run.record.folder, "/metrics.csv"))) MICA_RETURN_IF_ERROR(ReadEpochs(&run));
  if (run.finished() && !split.empty()) MICA_RETURN_IF_ERROR(ReadSamples(&run));
  return run;
}

}  // namespace mica
