#include "eval/report/run_record.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/open_error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr char kReport[] = "run.textproto";
constexpr size_t kMaxNamed = 5;

bool IsThere(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// The runs below a folder that is not a run itself, if runs/EXPERIMENT or runs/ is given instead of
// a run.
std::vector<std::string> RunsBelow(const std::string& folder) {
  std::vector<std::string> runs;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, std::filesystem::directory_options::skip_permission_denied, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().filename() == kReport) runs.push_back(entry->path().parent_path().string());
    if (entry.depth() == 2) entry.disable_recursion_pending();
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

absl::Status NoRunError(const std::string& folder) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(folder, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return DataError(absl::StrCat(folder, ": no such run folder", WhatIsMissing(folder)));
  if (!std::filesystem::is_directory(status)) {
    const std::string parent = std::filesystem::path(folder).parent_path().string();
    return DataError(absl::StrCat(folder, ": is a file; expected the folder of a run",
                                  IsThere(absl::StrCat(parent, "/", kReport)) ? ": " : "",
                                  IsThere(absl::StrCat(parent, "/", kReport)) ? parent : ""));
  }
  std::vector<std::string> runs = RunsBelow(folder);
  if (runs.empty()) return DataError(absl::StrCat(folder, ": holds no ", kReport, ", so it is not the folder of a run"));
  const size_t count = runs.size();
  runs.resize(std::min(count, kMaxNamed));
  return DataError(absl::StrCat(folder, ": is not the folder of a run, but holds ", count, ": ", absl::StrJoin(runs, " "),
                                count > runs.size() ? " …" : ""));
}

bool ProcessIsGone(const RunReport& report) {
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  return report.host() == host && kill(static_cast<pid_t>(report.pid()), 0) != 0 && errno == ESRCH;
}

}  // namespace

absl::StatusOr<RunRecord> ReadRunRecord(const std::string& folder) {
  RunRecord record;
  record.folder = folder;
  while (record.folder.size() > 1 && record.folder.back() == '/') record.folder.pop_back();
  const std::string report_path = absl::StrCat(record.folder, "/", kReport);
  if (!IsThere(report_path)) return NoRunError(record.folder);

  constexpr int64_t kMaxBytes = 1 << 20;  // ParseTextproto's limit
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(report_path, kMaxBytes));
  FieldLocations locations;
  TextprotoErrors errors;
  ParseTextproto(text, report_path, &record.report, &locations, &errors);
  if (!errors.messages.empty()) return DataError(absl::StrJoin(errors.messages, "\n"));
  if (record.report.state() == RunReport::STATE_UNSPECIFIED) {
    return DataError(absl::StrCat(report_path, ": says no state, so it is not the report of a run"));
  }
  const bool killed = record.report.state() == RunReport::RUNNING && ProcessIsGone(record.report);
  record.state = killed ? RunReport::INTERRUPTED : record.report.state();

  const std::string experiment_path = absl::StrCat(record.folder, "/experiment.textproto");
  MICA_ASSIGN_OR_RETURN(record.experiment_text, ReadFile(experiment_path, kMaxBytes));
  const std::string fingerprint = FormatFingerprint(Fingerprint(record.experiment_text));
  if (fingerprint != record.report.experiment_fingerprint()) {
    return DataError(absl::StrCat(experiment_path, ": was changed after the run (xxh3 ", fingerprint, ", ", kReport, " names ",
                                  record.report.experiment_fingerprint(), "); restore it, or train what it says now as a new run"));
  }
  return record;
}

}  // namespace mica
