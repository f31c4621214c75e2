#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "cli/artefacts.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/artefacts/run_artefacts.h"

namespace mica {
namespace {

absl::StatusOr<std::vector<std::string>> FoldersOf(const VerbArguments& arguments) {
  std::vector<std::string> folders;
  for (const std::string& word : arguments.words()) {
    MICA_ASSIGN_OR_RETURN(std::string folder, ResolveWord(word, word));
    folders.push_back(std::move(folder));
  }
  return folders;
}

std::string MadeLine(const std::string& folder, const ArtefactReport& made) {
  if (made.files.empty()) return absl::StrCat(ShownPath(folder), ": nothing to draw yet\n");
  int in_plots = 0;
  std::vector<std::string> parts;
  for (const std::string& file : made.files) {
    if (absl::StartsWith(file, "plots/")) {
      ++in_plots;
    } else {
      parts.push_back(file);
    }
  }
  if (in_plots > 0) parts.push_back(absl::StrCat(in_plots, " files in plots/"));
  return absl::StrCat(ShownPath(folder), ": ", absl::StrJoin(parts, ", "), "\n");
}

// A run that cannot be drawn does not keep the others from it.
absl::StatusOr<ExitCode> RunPlot(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::vector<std::string> folders, FoldersOf(arguments));
  InstallStopSignals();
  std::vector<std::string> broken;
  std::string text;
  for (const std::string& folder : folders) {
    ArtefactOptions options;
    options.repeat = RepeatCommand(folder);
    const absl::StatusOr<ArtefactReport> made = WriteRunArtefacts(folder, options);
    if (absl::IsCancelled(made.status())) return ExitCode::kPreempted;
    if (ExitCodeOf(made.status()) == ExitCode::kOutput) return made.status();
    if (!made.ok()) {
      broken.emplace_back(made.status().message());
      continue;
    }
    PrintWarnings(made->problems);
    text += MadeLine(folder, *made);
  }
  MICA_RETURN_IF_ERROR(PrintToStdout(text, "what was drawn"));
  if (!broken.empty()) return DataError(absl::StrJoin(broken, "\n"));
  return ExitCode::kDone;
}

}  // namespace

Verb PlotVerb() {
  return {{
              "plot",
              "RUN…",
              /*min_words=*/1,
              VerbTable::kAnyNumber,
              "Makes the plots and the report.html of runs again, from the tables in their folders: after gnuplot was installed, or by a "
              "newer mica. Of a run that "
              "is still training, the curves so far.",
              {},
              "  mica plot runs/fashion_mnist_linear/*",
          },
          RunPlot};
}

}  // namespace mica
