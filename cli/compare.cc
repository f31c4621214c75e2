#include <algorithm>
#include <filesystem>
#include <set>
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
#include "data/survey/dataset_examination.h"
#include "experiments/artefacts/run_table.h"
#include "experiments/compare/comparison.h"
#include "experiments/compare/comparison_csv.h"
#include "experiments/compare/comparison_page.h"
#include "experiments/compare/comparison_plots.h"
#include "experiments/compare/comparison_tables.h"
#include "experiments/compare/comparison_text.h"
#include "experiments/compare/disagreement_grid.h"
#include "experiments/compare/disagreements.h"
#include "experiments/listing/run_listing.h"
#include "experiments/listing/run_query.h"
#include "viz/plot/draw_plots.h"

namespace mica {
namespace {

// What a comparison leaves, beside its plots.
constexpr const char* kFiles[] = {"comparison.csv", "comparison_pairs.csv", "comparison_groups.csv", "comparison.md",
                                  "comparison.tex", "comparison.html",      "disagreements.csv",     "disagreements.png"};
constexpr char kPlots[] = "comparison_plots";

// After the first comparison the shell's runs/x/* matches its files too.
bool IsOfAComparison(const std::string& path) {
  std::error_code error;
  const std::string name = BaseName(path);
  if (name == kPlots) return std::filesystem::is_directory(path, error);
  const bool is_file = std::find(std::begin(kFiles), std::end(kFiles), name) != std::end(kFiles);
  return is_file && std::filesystem::is_regular_file(path, error);
}

bool IsRun(const std::string& folder) {
  std::error_code error;
  return std::filesystem::exists(folder + "/run.textproto", error);
}

struct FoundRuns {
  RunListing listing;              // names are absolute folders
  std::set<std::string> unnamed;   // those that nobody named, but a folder above them
  std::vector<std::string> wrong;  // what was named and is no run, or cannot be read
};

// A run that was named is compared, or its error told with those of others. Of those below a folder the
// ones that are there already are passed over.
void AddRuns(const std::string& folder, FoundRuns* found) {
  absl::StatusOr<RunListing> listing = ListRuns(folder);
  if (!listing.ok()) {
    found->wrong.push_back(folder);
    return;
  }
  if (IsRun(folder)) {
    if (found->unnamed.erase(folder) > 0) return;  // it is there, and now it has been named
    ListedRun& run = listing->runs.front();
    run.name = folder;
    if (run.problems.empty()) {
      found->listing.runs.push_back(std::move(run));
    } else {
      found->wrong.push_back(folder);
    }
    return;
  }
  for (ListedRun& run : listing->runs) {
    run.name = absl::StrCat(folder, "/", run.name);
    const auto is_same = [&](const ListedRun& other) { return other.name == run.name; };
    if (std::any_of(found->listing.runs.begin(), found->listing.runs.end(), is_same)) continue;
    found->unnamed.insert(run.name);
    found->listing.runs.push_back(std::move(run));
  }
}

struct RunsToCompare {
  std::vector<std::string> folders;
  CompareOptions options;
};

absl::StatusOr<RunsToCompare> ResolveRuns(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const RunQuery query, ParseRunQuery(arguments.GetString("filter"), arguments.GetString("sort")));
  FoundRuns found;
  for (const std::string& word : arguments.words()) {
    MICA_ASSIGN_OR_RETURN(std::string folder, ResolveWord(word, word));
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    if (!IsOfAComparison(folder)) AddRuns(folder, &found);
  }
  const bool is_asked = !query.conditions.empty() || !query.sort_field.empty();
  if (is_asked && !found.listing.runs.empty()) MICA_RETURN_IF_ERROR(ApplyRunQuery(query, &found.listing));
  RunsToCompare runs;
  for (const ListedRun& run : found.listing.runs) runs.folders.push_back(run.name);
  runs.folders.insert(runs.folders.end(), found.wrong.begin(), found.wrong.end());  // no --filter hides their errors
  runs.options = {arguments.IsGiven("sort") ? RunOrder::kAsGiven : RunOrder::kByAccuracy, std::move(found.unnamed)};
  if (runs.folders.size() < 2) {
    return FlagError(absl::StrCat(runs.folders.empty() ? "no run is" : "one run alone is",
                                  " left to compare; name two runs, or a folder that holds more",
                                  query.conditions.empty() ? "" : ", or ask for less in --filter"));
  }
  return runs;
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

// Of an earlier comparison of other runs: what cannot be made this time must not stay from then.
void RemoveExtras(const std::string& folder) {
  std::error_code error;
  for (const char* const name : {"disagreements.csv", "disagreements.png"}) std::filesystem::remove(absl::StrCat(folder, "/", name), error);
  for (const char* const name : kComparisonPlots) {
    for (const char* const ending : {".png", ".svg"}) {
      std::filesystem::remove(absl::StrCat(folder, "/", kPlots, "/", name, ending), error);
    }
  }
}

absl::Status WriteTables(const Comparison& comparison, const std::vector<RunTable>& metrics, const std::string& folder) {
  const std::pair<const char*, std::string> files[] = {
      {"comparison.csv", ComparisonCsv(comparison)},
      {"comparison_pairs.csv", ComparisonPairsCsv(comparison)},
      {"comparison_groups.csv", ComparisonGroupsCsv(comparison)},
      {"comparison.md", ComparisonMarkdown(comparison)},
      {"comparison.tex", ComparisonLatex(comparison)},
      {"comparison.html", ComparisonPage(comparison, metrics, folder)},
  };
  MICA_RETURN_IF_ERROR(MakeFolders(folder));
  RemoveExtras(folder);
  for (const auto& [name, text] : files) MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", name), text));
  return absl::OkStatus();
}

// Without one, or if it is broken, a table without rows: its curve is missing.
std::vector<RunTable> MetricsOf(const Comparison& comparison) {
  std::vector<RunTable> tables;
  for (const RunResults& run : comparison.runs) {
    absl::StatusOr<RunTable> table = ReadRunTable(run.record.folder + "/metrics.csv", /*may_be_torn=*/true);
    tables.push_back(table.ok() ? *std::move(table) : RunTable(0, {}));
  }
  return tables;
}

absl::Status WritePlotFiles(const Comparison& comparison, const std::vector<RunTable>& metrics, const std::string& folder) {
  const std::vector<NamedPlot> plots = ComparisonPlots(comparison, metrics);
  if (plots.empty()) return absl::OkStatus();
  MICA_RETURN_IF_ERROR(MakeFolders(absl::StrCat(folder, "/", kPlots)));
  return WritePlots(absl::StrCat(folder, "/", kPlots), plots);
}

// Of the first two runs that were tested on the same samples.
absl::Status WriteDisagreements(const Comparison& comparison, const std::string& folder) {
  const auto& sets = comparison.paired.same_samples;
  const auto set = std::find_if(sets.begin(), sets.end(), [](const std::vector<size_t>& runs) { return runs.size() > 1; });
  if (set == sets.end()) return absl::OkStatus();
  const RunResults &a = comparison.runs[(*set)[0]], &b = comparison.runs[(*set)[1]];
  MICA_ASSIGN_OR_RETURN(const RunTable of_a, ReadRunTable(a.record.folder + "/predictions.csv"));
  MICA_ASSIGN_OR_RETURN(const RunTable of_b, ReadRunTable(b.record.folder + "/predictions.csv"));
  const std::vector<Disagreement> samples = FindDisagreements(of_a, of_b);
  MICA_RETURN_IF_ERROR(WriteFileAtomically(folder + "/disagreements.csv", DisagreementsCsv(samples)));
  if (samples.empty()) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const OpenedDataset data, OpenDataset(a.experiment.dataset(), a.experiment.decode()));
  if (data.index.fingerprint != a.record.report.dataset_fingerprint()) return DataError("the data are not those of the runs any more");
  const auto name = [&](size_t run) { return absl::StrCat("run ", run + 1); };
  MICA_ASSIGN_OR_RETURN(const std::string png, DisagreementGrid(samples, data.index, a.experiment, {name((*set)[0]), name((*set)[1])}));
  return WriteFileAtomically(folder + "/disagreements.png", png);
}

// The tables are a must, the rest is an extra: what cannot be made is said, unless the disk is full.
absl::Status WriteFiles(const Comparison& comparison, const std::string& folder) {
  const std::vector<RunTable> metrics = MetricsOf(comparison);
  MICA_RETURN_IF_ERROR(WriteTables(comparison, metrics, folder));
  for (const auto& [what, status] : {std::pair("no plots", WritePlotFiles(comparison, metrics, folder)),
                                     std::pair("no picture of disagreements", WriteDisagreements(comparison, folder))}) {
    if (ExitCodeOf(status) == ExitCode::kOutput || absl::IsCancelled(status)) return status;
    if (!status.ok()) PrintWarnings({absl::StrCat(what, ": ", status.message())});
  }
  return absl::OkStatus();
}

// A seed that run 1's repeats have not used, because an equal seed makes the same run again.
uint64_t NextSeed(const Comparison& comparison) {
  uint64_t largest = 0;
  for (const size_t repeat : comparison.groups[0].runs) largest = std::max(largest, comparison.runs[repeat].record.report.seed());
  return largest + 1;
}

std::string NextSteps(const Comparison& comparison, const std::string& folder) {
  const auto line_if_there = [&](const char* file, const char* line) {
    return std::filesystem::exists(absl::StrCat(folder, "/", file)) ? line : "";
  };
  return absl::StrCat("\nWritten to ", ShownPath(folder), "/\n",
                      "  comparison.html         all of it on one page, with curves\n"
                      "  comparison.csv          a row a run: the standard metrics and every setting that differs\n"
                      "  comparison_pairs.csv    a row a pair: samples won and lost, interval, p\n"
                      "  comparison_groups.csv   a row an experiment: mean and spread over its seeds\n"
                      "  comparison.md, .tex     the same as a table for a README or a paper\n",
                      line_if_there("disagreements.csv", "  disagreements.csv       samples that only one of the first two got right\n"),
                      line_if_there("disagreements.png", "  disagreements.png       the same as pictures\n"),
                      "Is it the seed? Repeat run 1 with another and compare again:\n  ", HowToCallMica(), " train ",
                      ShellWord(ShownPath(comparison.runs[0].record.folder) + "/experiment.textproto"),
                      " --set='seed: ", NextSeed(comparison), "'\n");
}

absl::StatusOr<ExitCode> RunCompare(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const RunsToCompare runs, ResolveRuns(arguments));
  MICA_ASSIGN_OR_RETURN(const Comparison comparison, CompareRuns(runs.folders, runs.options));
  for (const std::string& reason : comparison.left_out) PrintWarnings({absl::StrCat("left out: ", reason)});
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
          "RUN_OR_FOLDER…",
          /*min_words=*/1,
          VerbTable::kAnyNumber,
          "Holds runs against one another: which settings differ, which run is better, and whether that may be luck (McNemar's exact test "
          "and a bootstrap interval over the test samples they share; mean and spread over repeats under other seeds). A folder stands for "
          "all runs below it. Writes comparison.html and tables; those that are there are replaced.",
          {
              {"filter", FlagType::kString, "CONDITIONS", "Only runs for which all hold, as in mica runs: 'model=tiny_vgg, seed!=42'.", "",
               "put both conditions in one, with a comma between"},
              {"sort", FlagType::kString, "FIELD", "Numbers the runs by a field of mica runs, the best first; not given: by accuracy.", "",
               ""},
              {"output_dir", FlagType::kString, "FOLDER", "Where the files go; without it, the deepest folder that holds all the runs.", "",
               ""},
          },
          "  mica compare runs/fashion_mnist_linear runs/fashion_mnist_tiny_vgg/20261124-002028\n"
          "  mica compare runs --filter='test_accuracy>0.85' --sort=test_loss",
      },
      RunCompare};
}

}  // namespace mica
