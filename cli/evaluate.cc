#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/verbs.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/evaluation_plan.h"

namespace mica {
namespace {

absl::StatusOr<std::optional<Split>> SplitOf(const VerbArguments& arguments) {
  if (!arguments.IsGiven("split")) return std::nullopt;
  const std::string name = arguments.GetString("split");
  std::vector<std::string> names;
  for (const Split split : kSplits) {
    if (name == SplitName(split)) return split;
    names.emplace_back(SplitName(split));
  }
  return FlagError(absl::StrCat("--split=", name, ": expected train, validation or test", DidYouMean(name, names)));
}

void PrintResult(const EvaluateResult& result, const std::string& run) {
  std::cout << result.final_table << "\n"
            << "checkpoint " << result.checkpoint << " (" << result.why_checkpoint << "), " << SplitName(result.split) << " split, "
            << result.samples << " samples\n"
            << "Everything is in " << ShownPath(result.folder) << "/\n"
            << "  summary.csv            one row: the metrics\n"
            << "  per_class.csv          precision, recall and F1 of each class\n"
            << "  confusion_matrix.csv   which class is taken for which\n"
            << "  predictions.csv        what the model says of every sample\n"
            << "  evaluation.textproto   checkpoint, data, versions and device\n";
  if (result.other_splits.empty()) return;
  std::cout << "Evaluate other samples:\n";
  for (const Split split : result.other_splits) {
    std::cout << "  " << HowToCallMica() << " evaluate " << ShellWord(run) << " --split=" << SplitName(split) << "\n";
  }
}

absl::StatusOr<ExitCode> RunEvaluate(const VerbArguments& arguments) {
  const std::string& run = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string folder, ResolveWord(run, run));
  EvaluateOptions options;
  MICA_ASSIGN_OR_RETURN(options.split, SplitOf(arguments));
  options.checkpoint = arguments.GetString("checkpoint");
  if (arguments.IsGiven("checkpoint") && options.checkpoint.empty()) {
    return FlagError("--checkpoint is empty; name one, or leave it out for the one that the run reports");
  }
  options.set_fragment = arguments.GetString("set");
  options.user_folder = UserFolder();
  options.warn = [](absl::string_view warning) { std::cerr << "warning: " << warning << std::endl; };
  MICA_ASSIGN_OR_RETURN(const EvaluationPlan plan, PlanEvaluation(folder, options));
  const absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(plan.experiment);
  if (!ready.ok()) return WithMovedDataHint(ready.status());
  MICA_ASSIGN_OR_RETURN(const EvaluateResult result, ready->compute->EvaluateRun(plan, ready->index));
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
