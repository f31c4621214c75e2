#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/export/image_export.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/dataset_report.h"
#include "data/survey/dataset_summary.h"
#include "data/survey/findings.h"
#include "data/survey/survey_cache.h"
#include "experiments/config/load_experiment.h"

namespace mica {
namespace {

// The value of a flag that takes one of a few words.
template <typename T>
absl::StatusOr<T> Choice(absl::string_view flag, const std::string& word, const std::vector<std::pair<std::string, T>>& choices) {
  std::vector<std::string> words;
  for (const auto& [known, value] : choices) {
    if (word == known) return value;
    words.push_back(known);
  }
  return FlagError(absl::StrCat("--", flag, "=", word, ": expected ", absl::StrJoin(words, ", "), DidYouMean(word, words)));
}

DatasetExamination Examine(const Experiment& experiment) {
  ProgressLine progress(stderr);
  SurveyOptions options;
  options.depth = SurveyDepth::kPixels;
  options.progress = [&](int64_t done) {
    progress.Update([&] { return absl::StrCat("looked at ", done, " pictures"); });
    return StopSignal() == 0;
  };
  return ExamineDataset(experiment.dataset(), options, experiment.decode());
}

// What --write_images, --layout, --format and --split ask for; folder "" if nothing is to be
// written.
absl::StatusOr<ExportOptions> ExportOptionsOf(const VerbArguments& arguments) {
  ExportOptions options;
  for (const char* flag : {"layout", "format", "split"}) {
    if (arguments.IsGiven(flag) && !arguments.IsGiven("write_images")) {
      return FlagError(absl::StrCat("--", flag, " has no effect without --write_images"));
    }
  }
  if (!arguments.IsGiven("write_images")) return options;
  if (arguments.GetString("write_images").empty()) return FlagError("--write_images is empty; name the folder to write into");
  MICA_ASSIGN_OR_RETURN(options.folder, ResolveWord("--write_images", arguments.GetString("write_images")));
  MICA_ASSIGN_OR_RETURN(options.layout, Choice<ExportLayout>("layout", arguments.GetString("layout"),
                                                             {{"CLASS_FOLDERS", ExportLayout::kClassFolders},
                                                              {"LIST_FILE", ExportLayout::kListFile},
                                                              {"FILE_NAMES", ExportLayout::kFileNames},
                                                              {"CSV", ExportLayout::kCsv},
                                                              {"TAR_SHARDS", ExportLayout::kTarShards}}));
  if (arguments.IsGiven("format")) {
    MICA_ASSIGN_OR_RETURN(options.format, Choice<PictureFormat>("format", arguments.GetString("format"),
                                                                {{"JPEG", PictureFormat::kJpeg}, {"PNG", PictureFormat::kPng}}));
  }
  options.splits = {Split::kTrain, Split::kValidation, Split::kTest, Split::kUnlabelled};
  if (arguments.IsGiven("split")) {
    std::vector<std::pair<std::string, Split>> choices;
    for (const Split split : options.splits) choices.emplace_back(SplitName(split), split);
    MICA_ASSIGN_OR_RETURN(const Split split, Choice<Split>("split", arguments.GetString("split"), choices));
    options.splits = {split};
  }
  return options;
}

// Writes the images and says how to read them.
absl::StatusOr<std::string> WriteThem(const DatasetExamination& examination, ExportOptions options) {
  ProgressLine progress(stderr);
  options.progress = [&](int64_t done) {
    progress.Update([&] { return absl::StrCat("wrote ", done, " pictures"); });
    return StopSignal() == 0;
  };
  MICA_ASSIGN_OR_RETURN(const ExportResult result, WriteImages(examination.draft.index, examination.survey, options));
  const std::string left_out =
      result.left_out == 0 ? "" : absl::StrCat("; left out ", result.left_out, ": ", absl::StrJoin(result.examples, "; "));
  return absl::StrCat("\nWrote ", result.pictures, " pictures into ", ShownPath(options.folder), "/", left_out, "\nRead them with\n  ",
                      absl::StrJoin(result.how_to_read, "\n  "), "\n");
}

// How much of the survey was known before. Files that changed a moment ago are looked at again.
std::string CacheLine(const DatasetExamination& examination) {
  const std::string folder = CacheFolder();
  if (examination.draft.index.IsRaw() || folder.empty()) return "";
  if (!examination.survey.is_saved)
    return absl::StrCat("What was found is not kept for the next time: ", ShownPath(folder), "/ cannot be written\n");
  return absl::StrCat(examination.survey.from_cache, " of ", examination.survey.facts.size(),
                      " pictures were known and unchanged: ", ShownPath(folder), "/ keeps what was found, and may be removed\n");
}

std::string Files(const std::string& folder) {
  return absl::StrCat("Everything is in ", folder, "/\n", "  index.csv        a row for each sample\n",
                      "  problems.csv     a row for each finding, with its remedy\n",
                      "  quarantine.txt   the pictures that cannot be used\n");
}

// Before minutes are spent on pictures that then cannot be written.
absl::Status RequireEmptyOrNew(const std::string& folder) {
  std::error_code error;
  if (folder.empty() || !std::filesystem::exists(folder, error) || std::filesystem::is_empty(folder, error)) return absl::OkStatus();
  return OutputError(absl::StrCat("--write_images: ", ShownPath(folder), " is not empty; name a new folder"));
}

// What is written into the data's own folders would be found there the next time.
absl::Status RequireOutside(const std::string& folder, absl::string_view flag, const DatasetIndex& index) {
  std::set<std::string> roots;
  for (const SampleFile& file : index.files) {
    if (file.bytes == nullptr && file.members == nullptr && file.relative_begin > 1) roots.insert(file.path.substr(0, file.relative_begin));
  }
  for (const std::string& root : roots) {
    if (folder.empty() || !absl::StartsWith(absl::StrCat(folder, "/"), root)) continue;
    return FlagError(absl::StrCat(flag, "=", ShownPath(folder), " lies inside the data, ", ShownPath(root),
                                  ", where it would be read as data; name a folder elsewhere"));
  }
  return absl::OkStatus();
}

ExitCode Stopped() {
  std::cerr << "Stopped by a signal; what was found about pictures so far is kept for the next time\n";
  return ExitCode::kPreempted;
}

absl::StatusOr<ExitCode> RunIndex(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for index/");
  MICA_ASSIGN_OR_RETURN(const std::string output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  MICA_ASSIGN_OR_RETURN(const ExportOptions images, ExportOptionsOf(arguments));
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded,
                        LoadExperiment(path, source, arguments.GetString("set"), UserFolder(), ExperimentScope::kData));
  PrintWarnings(loaded.warnings);
  MICA_RETURN_IF_ERROR(RequireEmptyOrNew(images.folder));

  InstallStopSignals();
  const DatasetExamination examination = Examine(loaded.experiment);
  if (StopSignal() != 0) return Stopped();
  MICA_RETURN_IF_ERROR(RequireOutside(images.folder, "--write_images", examination.draft.index));
  MICA_RETURN_IF_ERROR(RequireOutside(output_dir, "--output_dir", examination.draft.index));
  const std::vector<Finding> findings = FindEverything(loaded.experiment.dataset(), examination);
  const std::string folder = absl::StrCat(output_dir, "/", loaded.experiment.name());
  MICA_RETURN_IF_ERROR(WriteDatasetReport(folder, examination, findings));
  MICA_RETURN_IF_ERROR(PrintToStdout(
      absl::StrCat(DatasetSummary(examination, findings), "\n", CacheLine(examination), Files(ShownPath(folder))), "the summary"));
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::kError; });
  if (errors > 0) {
    return DataError(absl::StrCat(source, ": ", errors, errors == 1 ? " error" : " errors", " in its data; ", ShownPath(folder),
                                  "/problems.csv lists all with what to do", images.folder.empty() ? "" : "; no images were written"));
  }
  if (!images.folder.empty()) {
    const absl::StatusOr<std::string> written = WriteThem(examination, images);
    if (absl::IsCancelled(written.status())) return Stopped();
    MICA_RETURN_IF_ERROR(written.status());
    MICA_RETURN_IF_ERROR(PrintToStdout(*written, "how to read the images"));
  }
  return ExitCode::kDone;
}

}  // namespace

Verb IndexVerb() {
  return {{
              "index",
              "EXPERIMENT",
              /*min_words=*/1,
              /*max_words=*/1,
              "Says what the experiment's data is and what is wrong with it: splits, classes, sizes, formats, broken pictures, duplicates, "
              "leaks between splits. Opens and decodes every picture, but those that have not changed since the last time.",
              {
                  {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment.", "", "put both fields in one fragment"},
                  {"output_dir", FlagType::kString, "FOLDER", "The files become FOLDER/EXPERIMENT/…, in place of older ones.", "index", ""},
                  {"write_images", FlagType::kString, "FOLDER",
                   "Also writes the pictures out as ordinary files, whatever they are packed in. FOLDER must be new or empty.", "", ""},
                  {"layout", FlagType::kString, "LAYOUT", "Of the files: CLASS_FOLDERS, FILE_NAMES, LIST_FILE, CSV or TAR_SHARDS.",
                   "CLASS_FOLDERS", ""},
                  {"format", FlagType::kString, "FORMAT", "JPEG or PNG; not given: pictures keep their bytes, packed pixels become PNG.",
                   "", ""},
                  {"split", FlagType::kString, "SPLIT",
                   "Writes this split alone: train, validation, test or unlabelled; not given: all of them.", "", ""},
              },
              "  mica index experiments/fashion_mnist_tiny_vgg.textproto\n"
              "  mica index experiments/garbage40_simpleconv3.textproto \\\n"
              "      --set='dataset { pool { class_folders { folder: \"my_pictures\" } } }'\n"
              "  mica index experiments/fashion_mnist_tiny_vgg.textproto --write_images=fashion --split=test",
          },
          RunIndex};
}

}  // namespace mica
