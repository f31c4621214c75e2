#include "eval/report/run_folder.h"

#include <glog/logging.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "eval/report/view_table.h"

namespace mica {
namespace {

constexpr char kMetricsFile[] = "metrics.csv";
constexpr char kLogFile[] = "log.txt";
// So many runs cannot start in one second. More would mean that the file system calls every name
// taken.
constexpr int kMaxRunsOfASecond = 1000;

std::string NameProblem(absl::string_view field, absl::string_view name) {
  return absl::StrCat(field, " ", kPlainPathPartRule, ", as it names a folder (got \"", absl::CHexEscape(name), "\")");
}

// `format` is one of strftime's and gives numbers alone, because names of days depend on the
// locale.
std::string FormatUtc(absl::Time time, const char* format) {
  const time_t seconds = absl::ToTimeT(time);
  tm parts;
  gmtime_r(&seconds, &parts);
  char text[64];
  return std::string(text, strftime(text, sizeof(text), format, &parts));
}

absl::StatusOr<std::string> MakeGivenRunFolder(const std::string& parent, const std::string& run, FileCalls& calls) {
  const std::string path = absl::StrCat(parent, "/", run);
  MICA_ASSIGN_OR_RETURN(const bool created, MakeNewFolder(path, calls));
  if (created) return run;
  return OutputError(absl::StrCat(path, ": exists, and a run can be neither resumed nor overwritten; choose another --run_name, or leave ",
                                  "--run_name out for one made of date and time"));
}

absl::StatusOr<std::string> MakeDatedRunFolder(const std::string& parent, FileCalls& calls) {
  const std::string date = FormatUtc(absl::Now(), "%Y%m%d-%H%M%S");
  for (int count = 1; count <= kMaxRunsOfASecond; ++count) {
    const std::string run = count == 1 ? date : absl::StrCat(date, "-", count);
    MICA_ASSIGN_OR_RETURN(const bool created, MakeNewFolder(absl::StrCat(parent, "/", run), calls));
    if (created) return run;
  }
  return OutputError(absl::StrCat(parent, ": ", date, " to ", date, "-", kMaxRunsOfASecond, " are all taken; choose a --run_name"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunFolder>> RunFolder::Create(const Options& options, FileCalls& calls) {
  if (!IsPlainPathPart(options.experiment)) return ConfigError(NameProblem("name", options.experiment));
  if (!options.run_name.empty() && !IsPlainPathPart(options.run_name)) return FlagError(NameProblem("--run_name", options.run_name));
  const std::string parent = absl::StrCat(options.output_dir, "/", options.experiment);
  MICA_RETURN_IF_ERROR(MakeFoldersDurably(parent, calls));
  MICA_ASSIGN_OR_RETURN(const std::string run,
                        options.run_name.empty() ? MakeDatedRunFolder(parent, calls) : MakeGivenRunFolder(parent, options.run_name, calls));
  std::unique_ptr<RunFolder> folder(new RunFolder(absl::StrCat(parent, "/", run), run, options.metrics_columns, calls));
  absl::Status status = folder->Open();
  if (status.ok()) status = SyncFolder(parent, calls);
  if (!status.ok()) {
    folder->Remove();
    return status;
  }
  return folder;
}

absl::Status RunFolder::Open() {
  MICA_ASSIGN_OR_RETURN(metrics_, AppendFile::Create(FilePath(kMetricsFile), calls_));
  MICA_RETURN_IF_ERROR(metrics_->Append(CsvRow(metrics_columns_)));
  MICA_RETURN_IF_ERROR(metrics_->Sync());
  absl::StatusOr<std::unique_ptr<AppendFile>> log = AppendFile::Create(FilePath(kLogFile), calls_);
  if (log.ok()) {
    log_ = *std::move(log);
  } else {
    GiveUpLog(log.status());
  }
  return SyncFolder(path_, calls_);
}

// Removes only what Open made. If anything else is there by now, the folder stays.
void RunFolder::Remove() {
  metrics_.reset();
  log_.reset();
  calls_.Unlink(FilePath(kMetricsFile).c_str());
  calls_.Unlink(FilePath(kLogFile).c_str());
  calls_.Rmdir(path_.c_str());
}

std::string RunFolder::FilePath(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::Status RunFolder::Write(absl::string_view name, absl::string_view bytes) {
  return WriteFileAtomically(FilePath(name), bytes, calls_);
}

absl::Status RunFolder::WriteExperiment(absl::string_view resolved_textproto) {
  return Write("experiment.textproto", resolved_textproto);
}

absl::Status RunFolder::WriteRunReport(const RunReport& report) {
  return Write("run.textproto", PrintTextprotoFile(report));
}

absl::Status RunFolder::WriteClassMap(const DatasetIndex& index) {
  return Write("class_map.csv", ClassMapCsv(index));
}

absl::Status RunFolder::WriteInitialWeights(absl::string_view csv) {
  return Write("initial_weights.csv", csv);
}

void RunFolder::WriteParameters(absl::string_view csv) {
  const absl::Status status = Write("parameters.csv", csv);
  if (!status.ok()) std::cerr << absl::StrCat("warning: ", status.message(), "; the run goes on without parameters.csv\n");
}

absl::Status RunFolder::WriteNanReport(absl::string_view textproto) {
  return Write("nan_report.textproto", textproto);
}

absl::Status RunFolder::AppendMetrics(absl::Span<const CsvField> row) {
  CHECK_EQ(row.size(), metrics_columns_.size());
  std::vector<std::string> texts;
  for (size_t i = 0; i < row.size(); ++i) {
    CHECK_EQ(row[i].column, metrics_columns_[i]);
    texts.push_back(row[i].text);
  }
  MICA_RETURN_IF_ERROR(metrics_->Append(CsvRow(texts)));
  return metrics_->Sync();
}

absl::Status RunFolder::WriteSummary(const SummaryRow& row) {
  return Write("summary.csv", SummaryCsv(row));
}

absl::Status RunFolder::WriteResults(absl::Span<const ResultFile> files) {
  for (const ResultFile& file : files) MICA_RETURN_IF_ERROR(Write(file.name, file.text));
  return absl::OkStatus();
}

absl::Status RunFolder::WriteViews(absl::Span<const PredictionTable> views, const PredictionTable& merged) {
  return Write("tta.csv", ViewTableCsv(views, merged));
}

void RunFolder::Log(absl::string_view line) {
  if (log_ == nullptr) return;
  const absl::Time now = absl::Now();
  const auto milliseconds = absl::Dec(absl::ToUnixMillis(now) % 1000, absl::kZeroPad3);
  const absl::Status status = log_->Append(absl::StrCat(FormatUtc(now, "%Y-%m-%dT%H:%M:%S"), ".", milliseconds, "Z ", line, "\n"));
  if (!status.ok()) GiveUpLog(status);
}

void RunFolder::GiveUpLog(const absl::Status& status) {
  log_.reset();
  std::cerr << absl::StrCat("warning: ", status.message(), "; the run goes on without log.txt\n");
}

}  // namespace mica
