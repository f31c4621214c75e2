#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/survey/dataset_examination.h"
#include "eval/metrics/label_issues.h"
#include "experiments/audit/audit_tables.h"
#include "experiments/audit/audited_runs.h"
#include "experiments/audit/suspect_grid.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

// The deepest folder that contains all runs; of one run its own.
std::string CommonFolder(const std::vector<std::string>& folders) {
  fs::path common = folders[0];
  for (const std::string& folder : folders) {
    const fs::path other = folder;
    const auto end = std::mismatch(common.begin(), common.end(), other.begin(), other.end()).first;
    fs::path shared;
    for (auto part = common.begin(); part != end; ++part) shared /= *part;
    common = shared;
  }
  return common.string();
}

absl::StatusOr<std::string> OutputFolder(const VerbArguments& arguments, const std::vector<std::string>& folders) {
  if (arguments.IsGiven("output_dir")) {
    const std::string given = arguments.GetString("output_dir");
    if (given.empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for audit/ beside the predictions");
    return ResolveWord("--output_dir", given);
  }
  const std::string common = CommonFolder(folders);
  if (common != "/") return absl::StrCat(common, "/audit");
  return FlagError("the runs have no folder in common but /; say where the files shall go: --output_dir=FOLDER");
}

// An extra: data that is gone costs the picture alone.
absl::StatusOr<std::string> DrawSuspects(const AuditedRuns& runs, const LabelAudit& audit, const std::string& folder) {
  MICA_ASSIGN_OR_RETURN(const OpenedDataset data, OpenDataset(runs.experiment.dataset(), runs.experiment.decode()));
  if (data.index.fingerprint != runs.dataset_fingerprint) return DataError("the data are not those of the runs any more");
  MICA_RETURN_IF_ERROR(RequireOutsideData(folder, "--output_dir", data.index));
  return SuspectGrid(runs, audit, data.index);
}

bool IsThere(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

absl::Status WriteFiles(const AuditedRuns& runs, const LabelAudit& audit, const std::string& folder) {
  absl::StatusOr<std::string> suspects = audit.issues.empty() ? std::string() : DrawSuspects(runs, audit, folder);
  if (ExitCodeOf(suspects.status()) == ExitCode::kFlag) return suspects.status();
  MICA_RETURN_IF_ERROR(MakeFolders(folder));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(folder + "/label_issues.csv", LabelIssuesCsv(runs, audit)));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(folder + "/audit.txt", LabelAuditText(runs, audit)));
  std::error_code error;
  fs::remove(folder + "/suspects.png", error);  // of an earlier audit
  if (!suspects.ok()) PrintWarnings({absl::StrCat("no picture of the suspects: ", suspects.status().message())});
  if (suspects.ok() && !suspects->empty()) MICA_RETURN_IF_ERROR(WriteFileAtomically(folder + "/suspects.png", *suspects));
  const std::string fixes = folder + "/label_fixes.csv";
  if (!IsThere(fixes)) return WriteFileAtomically(fixes, LabelFixesCsv(runs, audit));
  PrintWarnings({absl::StrCat(ShownPath(fixes), " is left as it is, because someone may have worked on it; remove it for a new one")});
  return absl::OkStatus();
}

std::string NextSteps(const std::string& folder) {
  const std::string fixes = absl::Utf8SafeCEscape(folder + "/label_fixes.csv");
  return absl::StrCat("\nWritten to ", ShownPath(folder), "/\n", "  label_issues.csv   the suspects, the most suspect first\n",
                      IsThere(folder + "/suspects.png") ? "  suspects.png       the first of them\n" : "",
                      "  label_fixes.csv    the suggestions; take out what is right already, clear label_name to drop\n"
                      "Then train with them:\n  ",
                      HowToCallMica(), " train EXPERIMENT --set=", ShellWord(absl::StrCat("dataset { label_fixes_file: \"", fixes, "\" }")),
                      "\n");
}

absl::StatusOr<ExitCode> RunAudit(const VerbArguments& arguments) {
  std::vector<std::string> folders;
  for (const std::string& word : arguments.words()) {
    MICA_ASSIGN_OR_RETURN(std::string folder, ResolveWord(word, word));
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    folders.push_back(std::move(folder));
  }
  MICA_ASSIGN_OR_RETURN(const std::string output, OutputFolder(arguments, folders));
  MICA_ASSIGN_OR_RETURN(const AuditedRuns runs, ReadAuditedRuns(folders));
  const LabelAudit audit = AuditLabels(runs.judged, runs.num_classes());
  MICA_RETURN_IF_ERROR(WriteFiles(runs, audit, output));
  MICA_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(LabelAuditText(runs, audit), NextSteps(output)), "the audit"));
  return ExitCode::kDone;
}

}  // namespace

Verb AuditVerb() {
  return {
      {
          "audit",
          "RUN…",
          /*min_words=*/1,
          VerbTable::kAnyNumber,
          "Finds labels that are probably wrong, by confident learning from what runs predict for samples that they were not trained on: "
          "the test or validation split of one run, or every sample by one run of each fold (dataset { fold { … } }). Writes the suspects, "
          "a picture of them, and label fixes that a dataset can read.",
          {{"output_dir", FlagType::kString, "FOLDER", "Where the files go; without it, audit/ in the run's or the runs' folder.", "", ""}},
          "  mica audit runs/fashion_mnist_linear/fold*",
      },
      RunAudit};
}

}  // namespace mica
