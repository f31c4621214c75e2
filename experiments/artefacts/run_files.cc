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

enum class TableOf {
  kTraining,  // from the first epoch on
  kRun,       // once a run has finished
  kResults,   // and in each evaluation
  kArtefact,  // made of the others, perhaps later
};

struct TableFile {
  const char* name;
  TableOf of;
};

constexpr TableFile kTables[] = {
    {"metrics.csv", TableOf::kTraining},      {"class_map.csv", TableOf::kTraining},       {"parameters.csv", TableOf::kRun},
    {"summary.csv", TableOf::kRun},           {"intervals.csv", TableOf::kResults},        {"per_class.csv", TableOf::kResults},
    {"most_confused.csv", TableOf::kResults}, {"confusion_matrix.csv", TableOf::kResults}, {"reliability.csv", TableOf::kResults},
    {"risk_coverage.csv", TableOf::kResults}, {"threshold_sweep.csv", TableOf::kResults},  {"curves.csv", TableOf::kResults},
    {"predictions.csv", TableOf::kResults},   {"slices.csv", TableOf::kArtefact},
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
bool IsExpected(const RunFiles& run, TableOf table) {
  if (table == TableOf::kArtefact) return false;
  if (run.evaluation.has_value()) return table == TableOf::kResults;
  if (!run.record.has_value()) return true;
  const bool has_results = run.record->state == RunReport::FINISHED && !run.reported_split().empty();
  return has_results || table == TableOf::kTraining;
}

void ReadTables(RunFiles* run) {
  for (const TableFile& file : kTables) {
    const std::string path = absl::StrCat(run->folder, "/", file.name);
    if (!IsThere(path)) {
      if (IsExpected(*run, file.of)) run->problems.push_back(absl::StrCat(path, ": is missing"));
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

void ReadEvaluation(const std::string& path, RunFiles* run) {
  run->evaluation.emplace();
  FieldLocations locations;
  TextprotoErrors errors;
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (text.ok()) ParseTextproto(*text, path, &*run->evaluation, &locations, &errors);
  if (!text.ok()) run->problems.emplace_back(text.status().message());
  run->problems.insert(run->problems.end(), errors.messages.begin(), errors.messages.end());
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
  if (evaluation.has_value()) return evaluation->split();
  return record.has_value() ? record->report.reported_split() : "";
}

std::string RunFiles::name() const {
  if (evaluation.has_value()) {
    return evaluation->run().empty() ? evaluation->experiment() : absl::StrCat(evaluation->experiment(), "/", evaluation->run());
  }
  return record.has_value() ? absl::StrCat(record->report.experiment(), "/", record->report.run()) : folder;
}

absl::StatusOr<RunFiles> ReadRunFiles(const std::string& folder) {
  RunFiles run;
  run.folder = folder;
  while (run.folder.size() > 1 && run.folder.back() == '/') run.folder.pop_back();
  const std::string evaluation = absl::StrCat(run.folder, "/evaluation.textproto");
  IsThere(evaluation) ? ReadEvaluation(evaluation, &run) : ReadRecord(&run);
  const std::vector<std::string> no_record = run.problems;
  ReadTables(&run);
  if (!run.record.has_value() && !run.evaluation.has_value() && run.tables.empty()) return DataError(no_record.front());
  if (const RunTable* const classes = run.Find("class_map.csv")) run.class_names = classes->Texts("name");
  ReadSamples(&run);
  return run;
}

}  // namespace mica
