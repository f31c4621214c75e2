#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/compare/comparison.h"
#include "experiments/compare/comparison_csv.h"
#include "experiments/compare/comparison_text.h"

namespace mica {
namespace {

constexpr char kRunsFile[] = "comparison.csv";
constexpr char kPairsFile[] = "comparison_pairs.csv";
constexpr char kGroupsFile[] = "comparison_groups.csv";

// After the first comparison the shell's runs/x/* matches its files too.
bool IsComparisonFile(const std::string& path) {
  std::error_code error;
  const std::string name = BaseName(path);
  return (name == kRunsFile || name == kPairsFile || name == kGroupsFile) && std::filesystem::is_regular_file(path, error);
}

absl::StatusOr<std::vector<std::string>> ResolveRuns(const std::vector<std::string>& words) {
  std::vector<std::string> folders;
  for (const std::string& word : words) {
    MICA_ASSIGN_OR_RETURN(std::string folder, ResolveWord(word, word));
    if (!IsComparisonFile(folder)) folders.push_back(std::move(folder));
  }
  if (folders.size() < 2) return FlagError("one run at most is left without the files of an earlier comparison; name two runs");
  return folders;
}

absl::StatusOr<std::string> OutputFolder(const VerbArguments& arguments, const Comparison& comparison) {
  if (arguments.IsGiven("output_dir")) {
    const std::string given = arguments.GetString("output_dir");
    if (given.empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for the runs' common folder");
    return ResolveWord("--output_dir", given);
  }
  if (comparison.folder != "/") return comparison.folder;
  return FlagError("the runs have no folder in common but /; say where the files shall go: --output_dir=FOLDER");
}

absl::Status WriteFiles(const Comparison& comparison, const std::string& folder) {
  MICA_RETURN_IF_ERROR(MakeFolders(folder));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", kRunsFile), ComparisonCsv(comparison)));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", kPairsFile), ComparisonPairsCsv(comparison)));
  return WriteFileAtomically(absl::StrCat(folder, "/", kGroupsFile), ComparisonGroupsCsv(comparison));
}

// A seed that run 1's repeats have not used, because an equal seed makes the same run again.
uint64_t NextSeed(const Comparison& comparison) {
  uint64_t largest = 0;
  for (const size_t repeat : comparison.groups[0].runs) largest = std::max(largest, comparison.runs[repeat].record.report.seed());
  return largest + 1;
}

std::string NextSteps(const Comparison& comparison, const std::string& folder) {
  return absl::StrCat("\nWritten to ", ShownPath(folder), "/\n",
                      "  comparison.csv          a row a run: all metrics and every setting that differs\n"
                      "  comparison_pairs.csv    a row a pair: samples won and lost, interval, p\n"
                      "  comparison_groups.csv   a row an experiment: mean and spread over its seeds\n"
                      "Is it the seed? Repeat run 1 with another and compare again:\n  ",
                      HowToCallMica(), " train ", ShellWord(ShownPath(comparison.runs[0].record.folder) + "/experiment.textproto"),
                      " --set='seed: ", NextSeed(comparison), "'\n");
}

absl::StatusOr<ExitCode> RunCompare(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::vector<std::string> folders, ResolveRuns(arguments.words()));
  MICA_ASSIGN_OR_RETURN(const Comparison comparison, CompareRuns(folders));
  MICA_ASSIGN_OR_RETURN(const std::string folder, OutputFolder(arguments, comparison));
  const absl::Status shown = PrintToStdout(ComparisonText(comparison), "the comparison");
  if (const absl::Status status = WriteFiles(comparison, folder); !status.ok()) {
    return WithMessage(status, absl::StrCat(status.message(), "; name a folder that can be written: --output_dir=FOLDER"));
  }
  MICA_RETURN_IF_ERROR(shown);
  MICA_RETURN_IF_ERROR(PrintToStdout(NextSteps(comparison, folder), "the comparison"));
  return ExitCode::kDone;
}

}  // namespace

Verb CompareVerb() {
  return {
      {
          "compare",
          "RUN RUN…",
          /*min_words=*/2,
          VerbTable::kAnyNumber,
          "Holds runs against one another: which settings differ, which run is better, and whether that may be luck (McNemar's exact test "
          "and "
          "a bootstrap interval over the test samples they share; mean and spread over repeats under other seeds). Writes comparison.csv, "
          "comparison_pairs.csv and comparison_groups.csv; those that are there are replaced.",
          {{"output_dir", FlagType::kString, "FOLDER", "Where the files go; without it, the deepest folder that holds all the runs.", "",
            ""}},
          "  mica compare runs/fashion_mnist_linear/*/ runs/fashion_mnist_tiny_vgg/20261124-002028",
      },
      RunCompare};
}

}  // namespace mica
