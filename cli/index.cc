#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/dataset_report.h"
#include "data/survey/dataset_summary.h"
#include "data/survey/findings.h"
#include "data/survey/survey_cache.h"
#include "experiments/config/load_experiment.h"

namespace mica {
namespace {

DatasetExamination Examine(const DatasetConfig& config) {
  ProgressLine progress(stderr);
  SurveyOptions options;
  options.depth = SurveyDepth::kPixels;
  options.progress = [&](int64_t done) {
    progress.Update([&] { return absl::StrCat("looked at ", done, " pictures"); });
    return true;
  };
  return ExamineDataset(config, options);
}

// Where earlier surveys are kept, for pictures that were not opened again.
std::string CacheLine(const DatasetExamination& examination) {
  const std::string folder = CacheFolder();
  if (examination.draft.index.IsRaw() || folder.empty()) return "";
  return absl::StrCat(examination.survey.from_cache, " of ", examination.survey.facts.size(), " pictures were unchanged and known from ",
                      ShownPath(folder), "/, which may be removed\n");
}

std::string Files(const std::string& folder) {
  return absl::StrCat("Everything is in ", folder, "/\n", "  index.csv        a row for each sample\n",
                      "  problems.csv     a row for each finding, with its remedy\n",
                      "  quarantine.txt   the pictures that cannot be used\n");
}

absl::StatusOr<ExitCode> RunIndex(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for index/");
  MICA_ASSIGN_OR_RETURN(const std::string output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, arguments.GetString("set"), UserFolder()));
  PrintWarnings(loaded.warnings);

  const DatasetConfig& config = loaded.experiment.dataset();
  const DatasetExamination examination = Examine(config);
  const std::vector<Finding> findings = FindEverything(config, examination);
  const std::string folder = absl::StrCat(output_dir, "/", loaded.experiment.name());
  MICA_RETURN_IF_ERROR(WriteDatasetReport(folder, examination, findings));
  MICA_RETURN_IF_ERROR(PrintToStdout(
      absl::StrCat(DatasetSummary(examination, findings), "\n", CacheLine(examination), Files(ShownPath(folder))), "the summary"));
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::kError; });
  if (errors == 0) return ExitCode::kDone;
  return DataError(absl::StrCat(source, ": ", errors, " errors in its data; ", ShownPath(folder), "/problems.csv lists them with what to do"));
}

}  // namespace

Verb IndexVerb() {
  return {
      {
          "index",
          "EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Says what the experiment's data is and what is wrong with it: splits, classes, sizes, formats, broken pictures, duplicates, "
          "leaks between splits. Opens and decodes every picture, but those that have not changed since the last time.",
          {
              {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment.", "", "put both fields in one fragment"},
              {"output_dir", FlagType::kString, "FOLDER", "The files become FOLDER/EXPERIMENT/…, in place of older ones.", "index", ""},
          },
          "  mica index experiments/fashion_mnist_tiny_vgg.textproto\n"
          "  mica index experiments/garbage40_simpleconv3.textproto \\\n"
          "      --set='dataset { pool { class_folders { folder: \"my_pictures\" } } }'",
      },
      RunIndex};
}

}  // namespace mica
