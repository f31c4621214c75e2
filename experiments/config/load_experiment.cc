#include "experiments/config/load_experiment.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "experiments/config/experiment_reader.h"
#include "experiments/config/experiment_validator.h"

namespace mica {

std::vector<std::string> RenderProblems(const ConfigProblems& problems, ConfigProblem::Severity severity, const FieldLocations& locations,
                                        absl::string_view source) {
  std::vector<std::pair<SourcePosition, std::string>> placed;
  for (const ConfigProblem& problem : problems.all()) {
    if (problem.severity != severity) continue;
    const SourcePosition* position = locations.Find(problem.field_path);
    placed.emplace_back(position == nullptr ? SourcePosition{std::string(source), 0, 0} : *position, problem.message);
  }
  const auto key = [](const std::pair<SourcePosition, std::string>& problem) {
    const SourcePosition& position = problem.first;
    return std::make_tuple(position.line == 0, absl::string_view(position.source), position.line, position.column);
  };
  std::stable_sort(placed.begin(), placed.end(), [&key](const auto& a, const auto& b) { return key(a) < key(b); });
  std::vector<std::string> lines;
  for (const auto& [position, message] : placed) lines.push_back(absl::StrCat(position.ToString(), ": ", message));
  return lines;
}

namespace {

void Validate(const Experiment& experiment, ExperimentScope scope, ConfigProblems* problems) {
  switch (scope) {
    case ExperimentScope::kAll:
      return ValidateExperiment(experiment, problems);
    case ExperimentScope::kData:
      return ValidateData(experiment, problems);
    case ExperimentScope::kBatches:
      return ValidateBatches(experiment, problems);
  }
}

}  // namespace

absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                                                absl::string_view user_folder, ExperimentScope scope) {
  ExperimentDraft draft = ReadExperiment(path, source, set_fragment, user_folder);
  std::vector<std::string> errors = std::move(draft.errors.messages);
  ConfigProblems problems;
  if (!draft.errors.stopped) Validate(draft.experiment, scope, &problems);
  const auto render = [&](ConfigProblem::Severity severity) { return RenderProblems(problems, severity, draft.locations, draft.source); };
  for (std::string& line : render(ConfigProblem::Severity::kError)) errors.push_back(std::move(line));
  if (!errors.empty()) return ConfigError(absl::StrJoin(errors, "\n"));
  return LoadedExperiment{std::move(draft.experiment), render(ConfigProblem::Severity::kWarning), std::move(draft.locations)};
}

absl::Status AtItsPlace(const absl::Status& error, const LoadedExperiment& loaded) {
  std::vector<std::string> lines = absl::StrSplit(error.message(), '\n');
  const std::vector<std::string> fields = FieldsOf(error);
  for (size_t i = 0; i < std::min(lines.size(), fields.size()); ++i) {
    const SourcePosition* position = loaded.locations.Find(fields[i]);
    if (position != nullptr) lines[i] = absl::StrCat(position->ToString(), ": ", lines[i]);
  }
  return WithMessage(error, absl::StrJoin(lines, "\n"));
}

}  // namespace mica
