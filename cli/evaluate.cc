#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/artefacts.h"
#include "cli/data_folders.h"
#include "cli/model_source.h"
#include "cli/shell_words.h"
#include "cli/split_flag.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/trained_model.h"

namespace mica {
namespace {

struct Evaluated {
  EvaluateResult result;
  ArtefactReport made;
};

void PrintResult(const Evaluated& evaluated, const std::string& run) {
  const EvaluateResult& result = evaluated.result;
  std::cout << result.final_table << "\n"
            << result.weights << ", " << SplitName(result.split) << " split, " << result.samples << " samples\n"
            << "Everything is in " << ShownPath(result.folder) << "/\n"
            << "  summary.csv            one row: the metrics\n"
            << "  per_class.csv          precision, recall and F1 of each class\n"
            << "  confusion_matrix.csv   which class is taken for which\n"
            << "  predictions.csv        what the model says of every sample\n"
            << (evaluated.made.files.empty() ? "" : "  plots/                 confusion matrix, samples, … as PNG and SVG\n")
            << (result.has_views ? "  tta.csv                metrics of each view and of all, merged\n" : "")
            << "  evaluation.textproto   checkpoint, data, versions and device\n";
  if (result.other_splits.empty()) return;
  std::cout << "Evaluate other samples:\n";
  for (const Split split : result.other_splits) {
    std::cout << "  " << HowToCallMica() << " evaluate " << ShellWord(run) << " --split=" << SplitName(split) << "\n";
  }
}

absl::StatusOr<Evaluated> EvaluateTrained(const TrainedModel& trained, std::optional<Split> split) {
  const absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(trained.experiment);
  if (!ready.ok()) return WithMovedDataHint(ready.status());
  MICA_ASSIGN_OR_RETURN(EvaluateResult result, ready->compute->EvaluateRun(trained, split, ready->index));
  ArtefactReport made = MakeArtefacts(result.folder, trained.experiment, ready->index, &ready->survey);
  return Evaluated{std::move(result), std::move(made)};
}

absl::StatusOr<Evaluated> EvaluateExperiment(const ModelSource& source, std::optional<Split> split, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  if (!source.index.has_value()) return source.AtItsPlace(source.unread);
  MICA_RETURN_IF_ERROR(RequireOutsideData(output_dir, "--output_dir", *source.index));
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  const InitialEvaluation request = {source.experiment(), arguments.GetString("set"), source.loaded->warnings, output_dir};
  absl::StatusOr<EvaluateResult> result = compute->EvaluateInitial(request, split, *source.index);
  if (!result.ok()) return source.AtItsPlace(result.status());
  ArtefactReport made = MakeArtefacts(result->folder, source.experiment(), *source.index, /*survey=*/nullptr);
  return Evaluated{*std::move(result), std::move(made)};
}

absl::StatusOr<Evaluated> EvaluateWord(const std::string& word, std::optional<Split> split, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(word, word));
  if (!IsExperiment(path)) {
    if (arguments.IsGiven("output_dir"))
      return FlagError("--output_dir is for experiments alone: a run's evaluations lie in its own folder");
    MICA_ASSIGN_OR_RETURN(const TrainedModel trained, ModelOfFlags(arguments));
    return EvaluateTrained(trained, split);
  }
  MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(word, arguments, WeightsNeeded::kFromAFile));
  return EvaluateExperiment(source, split, arguments);
}

absl::StatusOr<ExitCode> RunEvaluate(const VerbArguments& arguments) {
  const std::string& word = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFlag(arguments, kSplits));
  MICA_ASSIGN_OR_RETURN(const Evaluated evaluated, EvaluateWord(word, split, arguments));
  PrintResult(evaluated, word);
  return ExitCode::kDone;
}

}  // namespace

Verb EvaluateVerb() {
  return {
      {
          "evaluate",
          "RUN_OR_EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Evaluates a checkpoint of a run with the data and the settings of that run, and writes metrics, confusion matrix and "
          "predictions into RUN/evaluations/. The run's own files stay as they are. An experiment with model.initial_weights is "
          "evaluated as it is, without training.",
          {
              {"split", FlagType::kString, "SPLIT", "train, validation or test; not given: what the run reports.", "", ""},
              CheckpointFlag(),
              ModelSetFlag(),
              {"output_dir", FlagType::kString, "FOLDER", "Of experiments: writes FOLDER/EXPERIMENT/SPLIT-WEIGHTS/.", "evaluations", ""},
          },
          "  mica evaluate runs/fashion_mnist_tiny_vgg/20260131-120000 --split=validation",
      },
      RunEvaluate};
}

}  // namespace mica
