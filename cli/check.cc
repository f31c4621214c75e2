#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/path.h"
#include "base/status_macros.h"
#include "base/textproto.h"
#include "cli/standard_output.h"
#include "cli/user_words.h"
#include "cli/verbs.h"
#include "experiments/runner/load_experiment.h"
#include "experiments/runner/stages.h"

namespace mica {
namespace {

// One line for people, as a comment, so that the output stays a textproto.
std::string Describe(const Stages& stages) {
  const DatasetIndex& index = stages.index;
  std::string counts;
  for (const Split split : kSplits) absl::StrAppend(&counts, index.RecordsOf(split).size(), " ", SplitName(split), ", ");
  const RunLength run = LengthOfRun(stages.train_options, *stages.train_batches);
  return absl::StrCat(counts, index.classes.size(), " classes, ", index.shape.channels, "x", index.shape.height_px, "x",
                      index.shape.width_px, " pixels; ", CountParameters(*stages.model), " parameters; ", run.total_steps, " steps");
}

absl::Status Check(const std::string& source, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  const std::string fragment = arguments.GetString("set");
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, fragment, UserFolder()));
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << "\n";
  const absl::StatusOr<std::unique_ptr<Stages>> built = BuildStages(loaded.experiment);
  if (!built.ok()) {
    // Messages about data do not say which experiment they are about.
    const bool one_of_many = arguments.words().size() > 1;
    const absl::Status error = AtItsPlace(built.status(), loaded);
    if (!one_of_many || error.message() != built.status().message()) return error;
    return WithMessage(error, absl::StrCat(source, ": ", error.message()));
  }
  const Stages& stages = **built;
  return PrintToStdout(absl::StrCat("# ", source, ": valid. ", Describe(stages), "\n", PrintTextproto(loaded.experiment), "\n"),
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
