#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/config/load_experiment.h"
#include "experiments/runner/compute_library.h"

namespace mica {
namespace {

absl::StatusOr<std::string> Build(const LoadedExperiment& loaded) {
  MICA_ASSIGN_OR_RETURN(const ComputeAndData ready, LoadComputeAndData(loaded.experiment));
  PrintWarnings(ready.index.warnings);
  return ready.compute->CheckExperiment(loaded, ready.index);
}

absl::Status Check(const std::string& source, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  const std::string fragment = arguments.GetString("set");
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, fragment, UserFolder()));
  PrintWarnings(loaded.warnings);
  const absl::StatusOr<std::string> description = Build(loaded);
  if (!description.ok()) {
    // Messages about data do not name the experiment.
    const bool names_it = arguments.words().size() == 1 || absl::StrContains(description.status().message(), source);
    if (names_it) return description.status();
    return WithMessage(description.status(), absl::StrCat(source, ": ", description.status().message()));
  }
  const std::string comment = absl::StrReplaceAll(absl::StrCat(source, ": valid. ", *description), {{"\n", "\n# "}});
  return PrintToStdout(absl::StrCat("# ", comment, "\n", PrintTextproto(loaded.experiment), "\n"), "the resolved experiment");
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
  return {{
              "check",
              "EXPERIMENT…",
              /*min_words=*/1,
              VerbTable::kAnyNumber,
              "Says whether the experiments can run: parses, resolves, validates, opens the data, infers the model's shapes and tries "
              "initial weights. Prints each resolved experiment with every default; trains nothing.",
              {{"set", FlagType::kString, "FRAGMENT", "Textproto laid over every experiment.", "", "put both fields in one fragment"}},
              "  mica check experiments/*.textproto",
          },
          RunCheck};
}

}  // namespace mica
