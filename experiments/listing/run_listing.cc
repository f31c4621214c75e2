#include "experiments/listing/run_listing.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/files/open_error.h"
#include "base/for_each_on_threads.h"
#include "base/status_macros.h"
#include "eval/report/run_record.h"

namespace mica {
namespace {

constexpr int kMaxDepth = 6;
constexpr size_t kThreads = 4;
constexpr char kReport[] = "run.textproto";

bool IsFile(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) == 0 && S_ISREG(stats.st_mode);
}

// Calls `take` with the path and status of all that lies in the folder; links are not followed.
template <typename Take>
void ForEachEntry(const std::string& folder, const Take& take) {
  DIR* const directory = opendir(folder.c_str());
  if (directory == nullptr) return;
  while (const dirent* const entry = readdir(directory)) {
    const absl::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string path = absl::StrCat(folder, "/", name);
    struct stat stats;
    if (lstat(path.c_str(), &stats) == 0) take(path, stats);
  }
  closedir(directory);
}

// A run holds no other runs.
void FindRuns(const std::string& folder, int depth, std::vector<std::string>* runs) {
  if (IsFile(absl::StrCat(folder, "/", kReport))) return runs->push_back(folder);
  if (depth == kMaxDepth) return;
  ForEachEntry(folder, [&](const std::string& path, const struct stat& stats) {
    if (S_ISDIR(stats.st_mode)) FindRuns(path, depth + 1, runs);
  });
}

int64_t BytesBelow(const std::string& folder) {
  int64_t bytes = 0;
  ForEachEntry(folder, [&](const std::string& path, const struct stat& stats) {
    bytes += S_ISDIR(stats.st_mode) ? BytesBelow(path) : static_cast<int64_t>(stats.st_size);
  });
  return bytes;
}

void SetField(const std::string& name, std::string value, ListedRun* run) {
  if (!value.empty()) run->fields[name] = std::move(value);
}

std::string PrefixOf(absl::string_view split) {
  return split == "test" ? "test_" : "val_";
}

// All columns of the only row.
absl::Status ReadSummary(const std::string& path, ListedRun* run) {
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxCsvBytes));
  MICA_ASSIGN_OR_RETURN(const CsvTable names, ParseCsv(text, path, {}));
  const std::vector<absl::string_view> columns(names.header().begin(), names.header().end());
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, path, columns));
  if (table.size() != 1) return DataError(absl::StrCat(path, ": holds ", table.size(), " rows below the header; expected one"));
  for (const std::string& column : names.header()) SetField(column, table.Text(0, column), run);
  return absl::OkStatus();
}

// Of a run without a summary: how far it is, and its best epoch on validation.
absl::Status ReadEpochs(const std::string& path, ListedRun* run) {
  MICA_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxCsvBytes));
  text.resize(text.rfind('\n') + 1);  // a crash may have torn the last row; npos + 1 is 0
  if (text.empty()) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, path, {"epoch", "val_accuracy"}));
  double best = -1;
  for (size_t row = 0; row < table.size(); ++row) {
    SetField("epochs", table.Text(row, "epoch"), run);
    double accuracy = 0;
    if (!absl::SimpleAtod(table.Text(row, "val_accuracy"), &accuracy) || accuracy <= best) continue;
    best = accuracy;
    SetField("accuracy", table.Text(row, "val_accuracy"), run);
    SetField("split", "validation", run);
  }
  return absl::OkStatus();
}

void NoteProblem(const absl::Status& status, ListedRun* run) {
  if (!status.ok()) run->problems.push_back(std::string(status.message()));
}

void ReadResults(const std::string& folder, const RunReport& report, ListedRun* run) {
  const std::string summary = absl::StrCat(folder, "/summary.csv");
  if (run->state != RunReport::FINISHED && !IsFile(summary)) {
    const std::string metrics = absl::StrCat(folder, "/metrics.csv");
    return NoteProblem(IsFile(metrics) ? ReadEpochs(metrics, run) : absl::OkStatus(), run);
  }
  NoteProblem(ReadSummary(summary, run), run);
  const std::string split = report.reported_split().empty() ? "validation" : report.reported_split();
  SetField("accuracy", run->Text(absl::StrCat(PrefixOf(split), "accuracy")), run);
  if (run->fields.count("accuracy") > 0) SetField("split", split, run);
}

int64_t SecondsOf(const std::string& utc) {
  absl::Time time;
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, utc, &time, &error) ? absl::ToUnixSeconds(time) : 0;
}

ListedRun ReadRun(const std::string& folder, const std::string& name) {
  ListedRun run;
  run.name = name;
  run.bytes = BytesBelow(folder);
  const absl::StatusOr<RunRecord> record = ReadRunRecord(folder);
  if (record.ok()) {
    run.state = record->state;
    run.started = SecondsOf(record->report.started());
    for (const auto& [field, value] : {std::pair("experiment", record->report.experiment()), std::pair("run", record->report.run()),
                                       std::pair("device", record->report.device()), std::pair("started", record->report.started())}) {
      SetField(field, value, &run);
    }
    SetField("seed", absl::StrCat(record->report.seed()), &run);
    SetField("state", absl::AsciiStrToLower(RunReport::State_Name(run.state)), &run);
    ReadResults(folder, record->report, &run);
  }
  NoteProblem(record.status(), &run);
  SetField("bytes", absl::StrCat(run.bytes), &run);
  return run;
}

absl::Status NoRuns(const std::string& folder) {
  struct stat stats;
  if (stat(folder.c_str(), &stats) != 0) return DataError(absl::StrCat(folder, ": no such folder", WhatIsMissing(folder)));
  if (!S_ISDIR(stats.st_mode)) return DataError(absl::StrCat(folder, ": is a file; expected a folder with runs"));
  return DataError(absl::StrCat(folder, ": holds no run; mica train makes some, in runs/ where you call it"));
}

}  // namespace

std::string ListedRun::Text(absl::string_view field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? "" : found->second;
}

std::optional<double> ListedRun::Number(absl::string_view field) const {
  double number = 0;
  return absl::SimpleAtod(Text(field), &number) ? std::optional(number) : std::nullopt;
}

absl::StatusOr<RunListing> ListRuns(const std::string& folder) {
  const absl::string_view above = absl::StripSuffix(folder, "/");  // "" of "/"
  std::vector<std::string> folders;
  FindRuns(above.empty() ? "/." : std::string(above), 0, &folders);
  if (folders.empty()) return NoRuns(folder);
  RunListing listing;
  listing.folder = folder;
  listing.runs.resize(folders.size());
  ForEachOnThreads(folders.size(), kThreads, [&](size_t i) {
    const std::string below(absl::StripPrefix(absl::StripPrefix(folders[i], absl::StripSuffix(folder, "/")), "/"));
    listing.runs[i] = ReadRun(folders[i], below.empty() ? "." : below);
  });
  std::sort(listing.runs.begin(), listing.runs.end(),
            [](const ListedRun& a, const ListedRun& b) { return a.started != b.started ? a.started > b.started : a.name < b.name; });
  return listing;
}

}  // namespace mica
