#include <iostream>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/split_flag.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/trained_model.h"

namespace mica {
namespace {

void PrintResult(const EvaluateResult& result, const std::string& run) {
  std::cout << result.final_table << "\n"
            << "checkpoint " << result.checkpoint << " (" << result.why_checkpoint << "), " << SplitName(result.split) << " split, "
            << result.samples << " samples\n"
            << "Everything is in " << ShownPath(result.folder) << "/\n"
            << "  summary.csv            one row: the metrics\n"
            << "  per_class.csv          precision, recall and F1 of each class\n"
            << "  confusion_matrix.csv   which class is taken for which\n"
            << "  predictions.csv        what the model says of every sample\n"
            << (result.has_views ? "  tta.csv                metrics of each view and of all, merged\n" : "")
            << "  evaluation.textproto   checkpoint, data, versions and device\n";
  if (result.other_splits.empty()) return;
  std::cout << "Evaluate other samples:\n";
  for (const Split split : result.other_splits) {
    std::cout << "  " << HowToCallMica() << " evaluate " << ShellWord(run) << " --split=" << SplitName(split) << "\n";
  }
}

absl::StatusOr<ExitCode> RunEvaluate(const VerbArguments& arguments) {
  const std::string& run = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFlag(arguments, kSplits));
  MICA_ASSIGN_OR_RETURN(const TrainedModel trained, ModelOfFlags(arguments));
  const absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(trained.experiment);
  if (!ready.ok()) return WithMovedDataHint(ready.status());
  MICA_ASSIGN_OR_RETURN(const EvaluateResult result, ready->compute->EvaluateRun(trained, split, ready->index));
  PrintResult(result, run);
  return ExitCode::kDone;
}

}  // namespace

Verb EvaluateVerb() {
  return {{
              "evaluate",
              "RUN",
              /*min_words=*/1,
              /*max_words=*/1,
              "Evaluates a checkpoint of a run with the data and the settings of that run, and writes metrics, confusion matrix and "
              "predictions "
              "into RUN/evaluations/. The run's own files stay as they are.",
              {
                  {"split", FlagType::kString, "SPLIT", "train, validation or test; not given: what the run reports.", "", ""},
                  {"checkpoint", FlagType::kString, "NAME",
                   "best, latest or a step (step-000001875, 1875); not given: the one that the run reports.", "", ""},
                  {"set", FlagType::kString, "FRAGMENT",
                   "Textproto laid over the run's experiment: dataset, where the data has moved; device; evaluation.", "",
                   "put both fields in one fragment"},
              },
              "  mica evaluate runs/fashion_mnist_tiny_vgg/20260131-120000 --split=validation",
          },
          RunEvaluate};
}

}  // namespace mica
