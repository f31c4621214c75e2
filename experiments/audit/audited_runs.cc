#include "experiments/audit/audited_runs.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "eval/report/probability_columns.h"
#include "experiments/compare/run_results.h"

namespace mica {
namespace {

absl::StatusOr<double> Probability(const CsvTable& table, size_t row, const std::string& column) {
  MICA_ASSIGN_OR_RETURN(const double value, table.Real(row, column));
  if (value >= 0 && value <= 1) return value;
  return table.Error(row, absl::StrCat(column, " is ", FormatNumber(value), "; expected 0 to 1"));
}

void ListClass(int32_t label, double probability, JudgedSample* sample) {
  auto& listed = sample->probabilities;
  const auto place = std::lower_bound(listed.begin(), listed.end(), label,
                                      [](const ClassProbability& entry, int32_t wanted) { return entry.label < wanted; });
  if (place == listed.end() || place->label != label) listed.insert(place, {label, probability});
}

absl::Status ReadAllProbabilities(const CsvTable& table, size_t row, int num_classes, JudgedSample* sample) {
  for (int32_t label = 0; label < num_classes; ++label) {
    MICA_ASSIGN_OR_RETURN(const double probability, Probability(table, row, absl::StrCat("prob_", label)));
    sample->probabilities.push_back({label, probability});
  }
  return absl::OkStatus();
}

// The most probable classes and the label itself, whose probability is exp(-loss).
absl::Status ReadTopProbabilities(const CsvTable& table, size_t row, int num_classes, JudgedSample* sample) {
  for (size_t i = 1; i <= ProbabilityNames(num_classes).size() / 2; ++i) {
    MICA_ASSIGN_OR_RETURN(const int64_t label, table.Integer(row, absl::StrCat("top", i, "_class")));
    MICA_ASSIGN_OR_RETURN(const double probability, Probability(table, row, absl::StrCat("top", i, "_prob")));
    if (label < 0 || label >= num_classes) return table.Error(row, absl::StrCat("there is no class ", label));
    ListClass(static_cast<int32_t>(label), probability, sample);
  }
  MICA_ASSIGN_OR_RETURN(const double loss, table.Real(row, "loss"));
  if (!(loss >= 0)) return table.Error(row, absl::StrCat("loss is ", FormatNumber(loss), "; expected 0 or more"));
  ListClass(sample->label, std::exp(-loss), sample);
  return absl::OkStatus();
}

absl::Status AddSamples(const RunResults& run, AuditedRuns* runs) {
  const int num_classes = runs->num_classes();
  std::vector<std::string> columns = ProbabilityNames(num_classes);
  columns.insert(columns.end(), {"id", "path", "truth", "loss"});
  MICA_ASSIGN_OR_RETURN(const CsvTable table,
                        ReadCsv(run.record.folder + "/predictions.csv", std::vector<absl::string_view>(columns.begin(), columns.end())));
  for (size_t row = 0; row < table.size(); ++row) {
    JudgedSample sample;
    MICA_ASSIGN_OR_RETURN(const int64_t truth, table.Integer(row, "truth"));  // ReadRunResults has seen that it is a class
    MICA_ASSIGN_OR_RETURN(const int64_t id, table.Integer(row, "id"));
    sample.label = static_cast<int32_t>(truth);
    MICA_RETURN_IF_ERROR(runs->has_all_probabilities() ? ReadAllProbabilities(table, row, num_classes, &sample)
                                                       : ReadTopProbabilities(table, row, num_classes, &sample));
    runs->judged.push_back(std::move(sample));
    runs->ids.push_back(id);
    runs->paths.push_back(table.Text(row, "path"));
  }
  return absl::OkStatus();
}

absl::Status RequirePredictions(const RunResults& run) {
  const std::string& folder = run.record.folder;
  if (!run.finished()) return DataError(absl::StrCat(folder, ": is not finished; only a finished run has predictions of every sample"));
  if (run.samples.has_value()) return absl::OkStatus();
  return DataError(absl::StrCat(folder, ": has neither a test nor a validation split, so it predicted nothing that it was not trained on"));
}

absl::Status RequireSameData(const RunResults& run, const AuditedRuns& runs) {
  if (run.record.report.dataset_fingerprint() == runs.dataset_fingerprint && run.class_names == runs.class_names) return absl::OkStatus();
  return ConfigError(absl::StrCat(run.record.folder, ": has other data or classes than ", runs.folders[0],
                                  "; an audit takes runs on the same data, such as the folds of an experiment"));
}

// Two predictions of a sample would count it twice.
absl::Status RefuseTwice(const std::vector<size_t>& run_of_sample, const AuditedRuns& runs) {
  std::unordered_map<int64_t, size_t> seen;
  size_t twice = 0, first = 0, second = 0;
  for (size_t i = 0; i < runs.ids.size(); ++i) {
    const auto [entry, is_new] = seen.emplace(runs.ids[i], i);
    if (is_new || ++twice > 1) continue;
    first = entry->second;
    second = i;
  }
  if (twice == 0) return absl::OkStatus();
  return ConfigError(absl::StrCat(twice, twice == 1 ? " sample is" : " samples are", " predicted twice; the first is sample ",
                                  runs.ids[second], " (", Printable(runs.paths[second]), "), by ", runs.folders[run_of_sample[first]],
                                  " and by ", runs.folders[run_of_sample[second]],
                                  "; name one run of each fold, and no two that report on the same split"));
}

}  // namespace

bool AuditedRuns::has_all_probabilities() const {
  return num_classes() <= kMaxProbabilityColumns;
}

absl::StatusOr<AuditedRuns> ReadAuditedRuns(absl::Span<const std::string> folders) {
  AuditedRuns runs;
  std::vector<size_t> run_of_sample;
  for (const std::string& folder : folders) {
    MICA_ASSIGN_OR_RETURN(const RunResults run, ReadRunResults(folder));
    MICA_RETURN_IF_ERROR(RequirePredictions(run));
    if (runs.folders.empty()) {
      runs.class_names = run.class_names;
      runs.experiment = run.experiment;
      runs.dataset_fingerprint = run.record.report.dataset_fingerprint();
    }
    MICA_RETURN_IF_ERROR(RequireSameData(run, runs));
    runs.is_selected_by = runs.is_selected_by || run.record.report.reported_split() == "validation";
    MICA_RETURN_IF_ERROR(AddSamples(run, &runs));
    run_of_sample.resize(runs.ids.size(), runs.folders.size());
    runs.folders.push_back(run.record.folder);
  }
  MICA_RETURN_IF_ERROR(RefuseTwice(run_of_sample, runs));
  return runs;
}

}  // namespace mica
