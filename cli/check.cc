#include <iostream>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/path.h"
#include "base/status_macros.h"
#include "base/textproto.h"
#include "cli/standard_output.h"
#include "cli/user_words.h"
#include "cli/verbs.h"
#include "experiments/runner/load_experiment.h"
#include "experiments/runner/torch_part.h"

namespace mica {
namespace {

absl::StatusOr<std::string> Build(const LoadedExperiment& loaded) {
  MICA_ASSIGN_OR_RETURN(TorchAndData torch_and_data, LoadTorchAndData(loaded.experiment.dataset()));
  return torch_and_data.torch->check_experiment(loaded, std::move(torch_and_data.index));
}

absl::Status Check(const std::string& source, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  const std::string fragment = arguments.GetString("set");
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, fragment, UserFolder()));
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << "\n";
  const absl::StatusOr<std::string> description = Build(loaded);
  if (!description.ok()) {
    // Messages about data do not say which experiment they are about.
    const bool names_it = arguments.words().size() == 1 || absl::StrContains(description.status().message(), source);
    if (names_it) return description.status();
    return WithMessage(description.status(), absl::StrCat(source, ": ", description.status().message()));
  }
  return PrintToStdout(absl::StrCat("# ", source, ": valid. ", *description, "\n", PrintTextproto(loaded.experiment), "\n"),
                       "the resolved experiment");
}

absl::StatusOr<ExitCode> RunCheck(const VerbArguments& arguments) {
  absl::Status first_error;
  std::string messages;
  for (const std::string& source : arguments.words()) {
    const absl::Status status = Check(source, arguments);
    if (status.ok()) continue;
    if (first_error.ok()) first_error = status;
    absl::StrAppend(&messages, messages.empty() ? "" : "\n", status.message());
  }
  if (first_error.ok()) return ExitCode::kDone;
  return WithMessage(first_error, messages);
}

}  // namespace

Verb CheckVerb() {
  return {
      {
          "check",
          "EXPERIMENT…",
          /*fewest_words=*/1,
          VerbTable::kAnyNumber,
          "Says whether the experiments can run: parses, resolves, validates, opens the data and builds the model. Prints each resolved "
          "experiment with every default; trains nothing.",
          {{"set", FlagType::kString, "FRAGMENT", "Textproto laid over every experiment.", "", "put both fields in one fragment"}},
          "  mica check experiments/*.textproto",
      },
      RunCheck};
}

}  // namespace mica
