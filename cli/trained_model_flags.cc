#include "cli/trained_model_flags.h"

#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"

namespace mica {

VerbFlag CheckpointFlag() {
  return {"checkpoint", FlagType::kString,
          "NAME",       "Of a run: best, latest or a step (step-000001875, 1875); not given: the one that the run reports.",
          "",           ""};
}

VerbFlag ModelSetFlag() {
  return {"set",      FlagType::kString,
          "FRAGMENT", "Textproto laid over the experiment; over a run's only dataset, where the data has moved, device and evaluation.",
          "",         "put both fields in one fragment"};
}

absl::StatusOr<TrainedModel> ModelOfFlags(const VerbArguments& arguments) {
  return ModelOfRun(arguments.words()[0], arguments);
}

absl::StatusOr<TrainedModel> ModelOfRun(const std::string& run, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string folder, ResolveWord(run, run));
  TrainedModelOptions options;
  options.checkpoint = arguments.GetString("checkpoint");
  if (arguments.IsGiven("checkpoint") && options.checkpoint.empty()) {
    return FlagError("--checkpoint is empty; name one, or leave it out for the one that the run reports");
  }
  options.set_fragment = arguments.GetString("set");
  options.user_folder = UserFolder();
  options.warn = [](absl::string_view warning) { PrintWarnings({std::string(warning)}); };
  return FindTrainedModel(folder, options);
}

}  // namespace mica
