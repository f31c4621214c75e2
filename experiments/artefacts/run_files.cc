#include "experiments/artefacts/run_files.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/status_macros.h"

namespace mica {
namespace {

struct TableFile {
  const char* name;
  bool is_of_a_finished_run;  // others have it from their first epoch on
};

constexpr TableFile kTables[] = {
    {"metrics.csv", false},      {"class_map.csv", false},      {"summary.csv", true},          {"intervals.csv", true},
    {"per_class.csv", true},     {"most_confused.csv", true},   {"confusion_matrix.csv", true}, {"reliability.csv", true},
    {"risk_coverage.csv", true}, {"threshold_sweep.csv", true}, {"curves.csv", true},           {"predictions.csv", true},
};

bool IsThere(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

void ReadRecord(RunFiles* run) {
  absl::StatusOr<RunRecord> record = ReadRunRecord(run->folder);
  if (!record.ok()) {
    run->problems.emplace_back(record.status().message());
    return;
  }
  Experiment experiment;
  FieldLocations locations;
  TextprotoErrors errors;
  ParseTextproto(record->experiment_text, absl::StrCat(run->folder, "/experiment.textproto"), &experiment, &locations, &errors);
  FillDefaults(&experiment);  // for fields that an older mica did not have
  run->problems.insert(run->problems.end(), errors.messages.begin(), errors.messages.end());
  if (errors.messages.empty()) run->experiment = std::move(experiment);
  run->record = *std::move(record);
}

// A run that ended has every table, unless its data have no split to report.
bool IsExpected(const RunFiles& run, const TableFile& file) {
  if (!run.record.has_value()) return true;
  const bool has_results = run.record->state == RunReport::FINISHED && !run.reported_split().empty();
  return has_results || !file.is_of_a_finished_run;
}

void ReadTables(RunFiles* run) {
  for (const TableFile& file : kTables) {
    const std::string path = absl::StrCat(run->folder, "/", file.name);
    if (!IsThere(path)) {
      if (IsExpected(*run, file)) run->problems.push_back(absl::StrCat(path, ": is missing"));
      continue;
    }
    absl::StatusOr<RunTable> table = ReadRunTable(path, /*may_be_torn=*/absl::string_view(file.name) == "metrics.csv");
    if (table.ok()) {
      run->tables.emplace(file.name, *std::move(table));
    } else {
      run->problems.emplace_back(table.status().message());
    }
  }
}

// Pictures are no duty: their data may have been gone when they were asked for.
void ReadSamples(RunFiles* run) {
  if (!IsThere(absl::StrCat(run->folder, "/samples.csv"))) return;
  absl::StatusOr<SampleSheet> samples = ReadSampleSheet(run->folder);
  if (samples.ok()) {
    run->samples = *std::move(samples);
  } else {
    run->problems.emplace_back(samples.status().message());
  }
}

}  // namespace

const RunTable* RunFiles::Find(absl::string_view file) const {
  const auto found = tables.find(file);
  return found == tables.end() ? nullptr : &found->second;
}

std::string RunFiles::reported_split() const {
  return record.has_value() ? record->report.reported_split() : "";
}

std::string RunFiles::name() const {
  return record.has_value() ? absl::StrCat(record->report.experiment(), "/", record->report.run()) : folder;
}

absl::StatusOr<RunFiles> ReadRunFiles(const std::string& folder) {
  RunFiles run;
  run.folder = folder;
  while (run.folder.size() > 1 && run.folder.back() == '/') run.folder.pop_back();
  ReadRecord(&run);
  const std::vector<std::string> no_record = run.problems;
  ReadTables(&run);
  if (!run.record.has_value() && run.tables.empty()) return DataError(no_record.front());
  if (const RunTable* const classes = run.Find("class_map.csv")) run.class_names = classes->Texts("name");
  ReadSamples(&run);
  return run;
}

}  // namespace mica
