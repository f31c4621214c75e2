#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "base/version.h"
#include "cli/artefacts.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/config/load_experiment.h"
#include "experiments/runner/compute_library.h"

namespace mica {
namespace {

void PrintResult(const TrainResult& result, const ArtefactReport& made, const std::string& shown_folder) {
  // With includes merged and --set in it.
  const std::string experiment = ShellWord(shown_folder + "/experiment.textproto");
  std::cout << "\n"
            << result.final_table << "\n"
            << (result.stopped_early.empty() ? "" : absl::StrCat("Stopped before the last epoch; ", result.stopped_early, "\n"))
            << "Everything is in " << shown_folder << "/\n"
            << "  summary.csv            one row: configuration and metrics of the reported checkpoint\n"
            << "  metrics.csv            a row for each epoch\n"
            << (result.has_reported_split ? "  per_class.csv          precision, recall and F1 of each class\n"
                                            "  confusion_matrix.csv   which class is taken for which\n"
                                            "  predictions.csv        what the model says of every sample\n"
                                            "  intervals.csv          how sure the figures are\n"
                                          : "")
            << (result.has_initial_weights ? "  initial_weights.csv    what the file of weights gave to each tensor\n" : "")
            << (result.has_views ? "  tta.csv                metrics of each view and of all, merged\n" : "")
            << (made.files.empty() ? ""
                                   : "  report.html            all of it on one page\n  plots/                 curves, confusion matrix, "
                                     "samples, … as PNG and SVG\n")
            << "  checkpoints/           the weights (safetensors)\n"
            << "Repeat this run:\n"
            << "  " << HowToCallMica() << " train " << experiment << "\n"
            << "Change anything without touching the file:\n"
            << "  " << HowToCallMica() << " train " << experiment << " --set='trainer { epochs: 10 } schedule { cosine {} }'\n";
}

// Of --json, beside the lines of training/observers/json_progress.h.
void PrintJson(const nlohmann::ordered_json& object) {
  std::cout << object.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace)
            << std::endl;
}

void PrintJsonResult(const TrainResult& result) {
  nlohmann::ordered_json object = {{"event", "end"}, {"state", result.interrupted ? "interrupted" : "finished"}, {"folder", result.folder}};
  if (!result.stopped_early.empty()) object["stopped_early"] = result.stopped_early;
  for (const Metric& metric : result.metrics) object[metric.name] = metric.value;
  PrintJson(object);
}

absl::StatusOr<ExitCode> RunTrain(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  RunOptions options;
  options.run_name = arguments.GetString("run_name");
  if (arguments.IsGiven("run_name") && options.run_name.empty()) {
    return FlagError("--run_name is empty; name the run, or leave it out for date and time");
  }
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for runs/");
  MICA_ASSIGN_OR_RETURN(options.output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));

  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, arguments.GetString("set"), UserFolder()));
  PrintWarnings(loaded.warnings);
  InstallStopSignals();
  MICA_ASSIGN_OR_RETURN(const ComputeAndData ready, LoadComputeAndData(loaded.experiment));
  PrintWarnings(ready.index.warnings);
  const bool json = arguments.GetBool("json");
  if (!arguments.GetBool("quiet")) options.progress = stderr;
  if (json) {
    options.json = stdout;
    PrintJson({{"event", "start"}, {"experiment", loaded.experiment.name()}, {"mica", kVersion}});
  }
  const absl::StatusOr<TrainResult> result = ready.compute->RunExperiment(loaded, ready.index, options);
  if (absl::IsCancelled(result.status())) {
    constexpr char kStopped[] = "Stopped by a signal before the first step; no run folder was made";
    if (json) {
      PrintJson({{"event", "end"}, {"state", "interrupted"}, {"message", kStopped}});
    } else {
      std::cout << kStopped << "\n";
    }
    return ExitCode::kPreempted;
  }
  if (json && !result.ok()) PrintJson({{"event", "error"}, {"message", std::string(result.status().message())}});
  if (!result.ok()) return result.status();
  const ArtefactReport made =
      result->interrupted ? ArtefactReport() : MakeArtefacts(result->folder, loaded.experiment, ready.index, &ready.survey);
  if (json) {
    PrintJsonResult(*result);
    return result->interrupted ? ExitCode::kPreempted : ExitCode::kDone;
  }
  const std::string shown_folder = ShownPath(result->folder);
  if (!result->interrupted) {
    PrintResult(*result, made, shown_folder);
    return ExitCode::kDone;
  }
  std::cout << "Stopped by a signal; weights and optimizer state are in " << shown_folder
            << "/checkpoints/, finished epochs in metrics.csv\n";
  return ExitCode::kPreempted;
}

}  // namespace

Verb TrainVerb() {
  return {
      {
          "train",
          "EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Trains the experiment, evaluates it and writes a run folder with everything: resolved config, metrics, predictions, weights.",
          {
              {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment; it can switch a choice.", "",
               "put both fields in one fragment"},
              {"output_dir", FlagType::kString, "FOLDER", "The run folder becomes FOLDER/EXPERIMENT/RUN.", "runs", ""},
              {"run_name", FlagType::kString, "NAME", "Name of the run; not given: date and time in UTC.", "", ""},
              {"quiet", FlagType::kBool, "", "Shows no progress, only warnings and the result.", "", ""},
              {"json", FlagType::kBool, "",
               "For other programs: JSON lines on stdout instead of the result's table, one for the start, about one a second, one for "
               "each "
               "epoch and one for the end.",
               "", ""},
          },
          "  mica train experiments/fashion_mnist_linear.textproto \\\n"
          "      --set='optimizer { adamw { learning_rate: 1e-3 } }'",
      },
      RunTrain};
}

}  // namespace mica
