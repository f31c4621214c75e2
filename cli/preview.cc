#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/shell_words.h"
#include "cli/split_flag.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/index/dataset_index.h"
#include "data/survey/dataset_examination.h"
#include "experiments/config/load_experiment.h"
#include "experiments/preview/experiment_preview.h"
#include "experiments/preview/learning_rate_curve.h"
#include "experiments/preview/preview_report.h"
#include "experiments/runner/asked_split.h"

namespace mica {
namespace {

constexpr int kMostSamples = 50, kMostVersions = 10;  // a page that can still be opened
constexpr int kLastEpoch = 16'777'215;                // trainer.epochs has this limit

absl::StatusOr<int> IntInRange(const VerbArguments& arguments, const char* flag, int least, int most) {
  const int value = arguments.GetInt(flag);
  if (value >= least && value <= most) return value;
  return FlagError(absl::StrCat("--", flag, "=", value, ": expected ", least, " to ", most));
}

absl::StatusOr<PreviewOptions> OptionsOf(const VerbArguments& arguments) {
  PreviewOptions options;
  MICA_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFlag(arguments, kAllSplits));
  options.split = *split;  // there is a default
  MICA_ASSIGN_OR_RETURN(options.samples, IntInRange(arguments, "samples", 1, kMostSamples));
  MICA_ASSIGN_OR_RETURN(options.versions, IntInRange(arguments, "versions", 1, kMostVersions));
  MICA_ASSIGN_OR_RETURN(options.epoch, IntInRange(arguments, "epoch", 1, kLastEpoch - kMostVersions));
  return options;
}

// The curve, or in `text` why there is none.
std::optional<LearningRateCurve> CurveOf(const LoadedExperiment& loaded, const ExperimentPreview& preview, std::string* text) {
  if (preview.steps_per_epoch == 0) {
    *text = "Left out: the first batch and the learning rate, because loader.drop_last leaves no batch\n";
    return std::nullopt;
  }
  absl::StatusOr<LearningRateCurve> curve = BuildLearningRateCurve(loaded.experiment, preview.steps_per_epoch);
  if (curve.ok()) {
    *text = LearningRateText(*curve);
    return *std::move(curve);
  }
  *text = absl::StrCat("Left out: the learning rate, because the experiment cannot be trained yet:\n",
                       AtItsPlace(curve.status(), loaded).message(), "\n");
  return std::nullopt;
}

std::string GlyphNote(int64_t missing) {
  if (missing == 0) return "";
  return absl::StrCat("Boxes stand for ", missing, missing == 1 ? " character" : " characters",
                      " of names that no font here has; Debian's fonts-noto-cjk, fonts-noto-core\nand fonts-noto-color-emoji have most\n");
}

std::string FilesText(const std::string& folder, const ExperimentPreview& preview, bool has_curve) {
  std::string text = absl::StrCat("Everything is in ", folder, "/\n",  //
                                  "  samples.png         pictures as decoded, and beside them as the network gets them\n",
                                  "  samples.csv, .txt   what was drawn for each of them\n");
  if (!preview.batch.ids.empty()) {
    absl::StrAppend(&text, "  batch.png, .csv     the first training batch\n", "  batch_labels.csv    how often it has each class\n");
  }
  absl::StrAppend(&text, "  crop_loss.csv       how much of the pictures crops throw away\n");
  if (has_curve) absl::StrAppend(&text, "  learning_rate.csv   the learning rate of each step\n");
  return text;
}

std::string NextCommands(const std::string& source, const VerbArguments& arguments) {
  const std::string set = arguments.GetString("set");
  const std::string words = absl::StrCat(ShellWord(source), set.empty() ? "" : absl::StrCat(" ", ShellWord("--set=" + set)));
  return absl::StrCat("Look at every picture of the data, or train:\n", "  ", HowToCallMica(), " index ", words, "\n", "  ",
                      HowToCallMica(), " train ", words, "\n");
}

absl::StatusOr<ExitCode> RunPreview(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for preview/");
  MICA_ASSIGN_OR_RETURN(const std::string output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  MICA_ASSIGN_OR_RETURN(const PreviewOptions options, OptionsOf(arguments));
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded,
                        LoadExperiment(path, source, arguments.GetString("set"), UserFolder(), ExperimentScope::kBatches));
  PrintWarnings(loaded.warnings);
  MICA_ASSIGN_OR_RETURN(const OpenedDataset dataset, OpenDataset(loaded.experiment.dataset(), loaded.experiment.decode()));
  PrintWarnings(dataset.index.warnings);
  if (dataset.index.RecordsOf(options.split).empty()) return NoSuchSamples(options.split, SplitsWithSamples(dataset.index));
  MICA_RETURN_IF_ERROR(RequireOutsideData(output_dir, "--output_dir", dataset.index));
  const absl::StatusOr<ExperimentPreview> preview = PreviewExperiment(loaded.experiment, dataset, options);
  if (!preview.ok()) return AtItsPlace(preview.status(), loaded);

  std::string rate_text;
  const std::optional<LearningRateCurve> curve = CurveOf(loaded, *preview, &rate_text);
  const PreviewFiles files = MakePreviewFiles(loaded.experiment.name(), dataset.index, *preview, curve.has_value() ? &*curve : nullptr);
  const std::string folder = absl::StrCat(output_dir, "/", loaded.experiment.name());
  MICA_RETURN_IF_ERROR(WritePreview(folder, files));
  MICA_RETURN_IF_ERROR(
      PrintToStdout(absl::StrCat(PreviewText(dataset.index, *preview), "\n", rate_text, "\n", GlyphNote(files.missing_glyphs),
                                 FilesText(ShownPath(folder), *preview, curve.has_value()), NextCommands(source, arguments)),
                    "the preview"));
  return ExitCode::kDone;
}

}  // namespace

Verb PreviewVerb() {
  return {
      {
          "preview",
          "EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Shows what training would begin with: pictures before and after their transforms with the numbers that were drawn, the "
          "first batch and its labels, how much crops throw away, the learning rate of every step. Trains nothing.",
          {
              {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment.", "", "put both fields in one fragment"},
              {"output_dir", FlagType::kString, "FOLDER", "The files become FOLDER/EXPERIMENT/…, in place of older ones.", "preview", ""},
              {"split", FlagType::kString, "SPLIT", "Of the samples: train; or validation, test or unlabelled, which get eval_transforms.",
               "train", ""},
              {"samples", FlagType::kInt, "N", "How many samples are shown, one of each class first.", "8", ""},
              {"versions", FlagType::kInt, "N", "How many versions of each, one an epoch; one if nothing is random.", "4", ""},
              {"epoch", FlagType::kInt, "N", "The epoch of the batch and of the first version.", "1", ""},
          },
          "  mica preview experiments/food11_cnn_adam.textproto\n"
          "  mica preview experiments/fashion_mnist_tiny_vgg.textproto --samples=20 \\\n"
          "      --set='train_transforms { horizontal_flip {} } train_transforms { random_crop { size_px: 28 padding_px: 4 } }'",
      },
      RunPreview};
}

}  // namespace mica
