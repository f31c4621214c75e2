// The mica binary: mica VERB …
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/nearest_name.h"
#include "base/stop_signal.h"
#include "base/version.h"
#include "cli/kept_memory.h"
#include "cli/log.h"
#include "cli/verb_usage.h"
#include "cli/verbs.h"
#include "experiments/runner/environment.h"

namespace mica {
namespace {

std::vector<Verb> Verbs() {
  return {NewVerb(),   TrainVerb(), EvaluateVerb(), PredictVerb(), RunsVerb(),  PlotVerb(),  CompareVerb(), AuditVerb(),
          CheckVerb(), IndexVerb(), PreviewVerb(),  SummaryVerb(), ProbeVerb(), EmbedVerb(), ExportVerb()};
}

// If the caller closed a standard stream, the next file to be opened would get its number, and
// progress would go into metrics.csv. Each open takes the lowest free number.
void OpenClosedStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY);
  }
}

// cuBLAS reads this variable when the first CUDA context is made. Without it, PyTorch refuses
// repeatable results. The user's own setting wins.
void AskForRepeatableCublas() {
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
}

// OpenMP's threads spin while they wait for one another, 300,000 turns unless told. On a busy machine
// they take the core from the very thread they wait for, and training becomes many times slower. So
// they sleep earlier, but not before the pause between two layers is over: after 1,000 turns they
// slept in every step of a small network, and its epoch took twice as long. libgomp reads the
// variable when libmica_torch.so is loaded. The user's own setting wins.
void LetWaitingThreadsSleep() {
  if (getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "10000", /*overwrite=*/0);
}

std::string Usage() {
  std::string text = "mica trains image classifiers from experiments written as protobuf text.\n\nUsage: mica VERB …\n\n";
  for (const Verb& verb : Verbs())
    absl::StrAppend(&text, "  ", verb.table.name, " ", verb.table.words, "\n      ", verb.table.description, "\n");
  return absl::StrCat(text, "\nmica VERB --help shows flags and an example. mica --version prints versions.\n");
}

std::string Versions() {
  return absl::StrCat("mica ", kVersion, "\n", LinkedLibraries());
}

// Every line of an error names its source; the exit code tells the kind.
int Report(const absl::Status& status) {
  const ExitCode code = ExitCodeOf(status);
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) std::cerr << "error: " << line << "\n";
  if (code == ExitCode::kInternal) std::cerr << "error: this is a bug of mica; please report it with the command and the experiment\n";
  return static_cast<int>(code);
}

int RunVerb(const Verb& verb, const std::vector<std::string>& words) {
  const absl::StatusOr<VerbArguments> arguments = ScanVerbArguments(verb.table, words);
  if (!arguments.ok()) return Report(arguments.status());
  if (arguments->help_wanted()) {
    std::cout << VerbUsage(verb.table);
    return 0;
  }
  const absl::StatusOr<ExitCode> code = verb.run(*arguments);
  return code.ok() ? static_cast<int>(*code) : Report(code.status());
}

int Main(std::vector<std::string> words) {
  if (words.empty()) {
    std::cerr << Usage();
    return static_cast<int>(ExitCode::kFlag);
  }
  const std::string name = words[0];
  words.erase(words.begin());
  const auto asks_for_help = [](const std::string& word) { return word == "help" || word == "--help" || word == "-h"; };
  const bool help = asks_for_help(name);
  const bool version = name == "--version" || name == "version";
  if (const size_t most = help ? 1 : 0; (help || version) && words.size() > most) {
    return Report(FlagError(absl::StrCat("unexpected argument '", words[most], "'")));
  }
  if (help && (words.empty() || asks_for_help(words[0]))) {
    std::cout << Usage();
    return 0;
  }
  if (version) {
    std::cout << Versions();
    return 0;
  }
  if (help) return Main({words[0], "--help"});
  std::vector<std::string> names;
  for (const Verb& verb : Verbs()) {
    if (verb.table.name == name) return RunVerb(verb, words);
    names.push_back(verb.table.name);
  }
  return Report(FlagError(absl::StrCat("unknown verb '", name, "'", DidYouMean(name, names), " (mica help lists the verbs)")));
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  mica::OpenClosedStandardStreams();
  mica::IgnoreWriteSignals();
  mica::StartLog(argc > 0 ? argv[0] : "mica");
  mica::KeepFreedMemory();
  mica::AskForRepeatableCublas();
  mica::LetWaitingThreadsSleep();
  try {
    return mica::Main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    return mica::Report(absl::InternalError(error.what()));
  }
}
