#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/path.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "cli/verbs.h"
#include "experiments/runner/load_experiment.h"
#include "experiments/runner/run_experiment.h"

namespace mica {
namespace {

// A path as a user on the command line would write it: relative where that is shorter to read.
std::string Shown(const std::string& path, const std::string& folder) {
  if (absl::string_view(path).substr(0, folder.size() + 1) == absl::StrCat(folder, "/")) return path.substr(folder.size() + 1);
  return path;
}

// As a word of a shell's command line.
std::string ShellWord(const std::string& text) {
  constexpr char kPlain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:";
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// How this very binary is called again.
std::string Command() {
  return std::getenv("BUILD_WORKING_DIRECTORY") != nullptr ? "bazel run //:mica --" : "mica";
}

void PrintResult(const RunResult& result, const std::string& source, const std::string& shown_folder) {
  std::cout << "\n"
            << result.final_table << "\n"
            << "Everything is in " << shown_folder << "/\n"
            << "  summary.csv            one row: configuration and metrics of the reported checkpoint\n"
            << "  metrics.csv            a row for each epoch\n"
            << "  per_class.csv          precision, recall and F1 of each class\n"
            << "  confusion_matrix.csv   which class is taken for which\n"
            << "  predictions.csv        what the model says of every sample\n"
            << "  checkpoints/           the weights (safetensors)\n"
            << "Repeat this run:\n"
            << "  " << Command() << " train " << ShellWord(shown_folder + "/experiment.textproto") << "\n"
            << "Change anything without touching the file:\n"
            << "  " << Command() << " train " << ShellWord(source) << " --set='trainer { epochs: 10 } schedule { cosine {} }'\n";
}

absl::StatusOr<ExitCode> RunTrain(const VerbArguments& arguments) {
  const std::string user_folder = UserFolder();
  const std::string& source = arguments.words()[0];
  const auto resolve = [&](absl::string_view what, const std::string& path) -> absl::StatusOr<std::string> {
    absl::StatusOr<std::string> resolved = ResolvePath(path, user_folder);
    if (!resolved.ok()) return FlagError(absl::StrCat(what, ": ", resolved.status().message()));
    return resolved;
  };
  MICA_ASSIGN_OR_RETURN(const std::string path, resolve(source, source));
  RunOptions options;
  options.run_name = arguments.GetString("run_name");
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out for runs/");
  MICA_ASSIGN_OR_RETURN(options.output_dir, resolve("--output_dir", arguments.GetString("output_dir")));

  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, arguments.GetString("set"), user_folder));
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << "\n";
  InstallStopSignals();
  MICA_ASSIGN_OR_RETURN(const RunResult result, RunExperiment(loaded, options, stderr));
  const std::string shown_folder = Shown(result.folder, user_folder);
  if (!result.interrupted) {
    PrintResult(result, source, shown_folder);
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
          /*fewest_words=*/1,
          /*most_words=*/1,
          "Trains the experiment, evaluates it and writes a run folder with everything: resolved config, metrics, predictions, weights.",
          {
              {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment; it can switch a choice.", "",
               "put both fields in one fragment"},
              {"output_dir", FlagType::kString, "FOLDER", "The run folder becomes FOLDER/EXPERIMENT/RUN.", "runs", ""},
              {"run_name", FlagType::kString, "NAME", "Name of the run; not given: date and time in UTC.", "", ""},
          },
          "  mica train experiments/fashion_mnist_linear.textproto \\\n"
          "      --set='optimizer { adamw { learning_rate: 1e-3 } }'",
      },
      RunTrain};
}

}  // namespace mica
