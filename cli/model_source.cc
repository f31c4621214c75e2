#include "cli/model_source.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/weights_file.h"

namespace mica {
namespace {

absl::StatusOr<ModelSource> SourceOfRun(const std::string& run, const VerbArguments& arguments) {
  ModelSource source;
  source.word = run;
  MICA_ASSIGN_OR_RETURN(source.trained, ModelOfRun(run, arguments));
  const Checkpoint& checkpoint = source.trained->checkpoint;
  source.weights = absl::StrCat("checkpoint ", checkpoint.name, ", ", source.trained->why_checkpoint);
  source.class_names.assign(checkpoint.manifest.class_names().begin(), checkpoint.manifest.class_names().end());
  return source;
}

// `unread` is why the data cannot be read.
absl::StatusOr<std::vector<std::string>> ClassesWithoutData(const Experiment& experiment, const absl::Status& unread) {
  if (ExitCodeOf(unread) != ExitCode::kData) return unread;
  const auto& names = experiment.dataset().class_names();
  if (!names.empty()) return std::vector<std::string>(names.begin(), names.end());
  if (!experiment.model().has_initial_weights()) return unread;
  MICA_ASSIGN_OR_RETURN(WeightsClasses classes, ClassesOfWeightsFile(experiment.model()));
  if (!classes.has_names) {
    PrintWarnings({absl::StrCat("classes are called by their numbers, 0 to ", classes.names.size() - 1,
                                ", as dataset.class_names is empty and the data cannot be read: ", unread.message())});
  }
  return std::move(classes.names);
}

absl::Status ReadData(ModelSource* source) {
  const Experiment& experiment = source->experiment();
  absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(experiment);
  if (!ready.ok()) {
    MICA_ASSIGN_OR_RETURN(source->class_names, ClassesWithoutData(experiment, ready.status()));
    source->unread = ready.status();
    return absl::OkStatus();
  }
  PrintWarnings(ready->index.warnings);
  source->class_names = ready->index.classes.names();
  MICA_ASSIGN_OR_RETURN(source->image_shape, ShapeOfTrainingImages(experiment, ready->index));
  source->index = std::move(ready->index);
  return absl::OkStatus();
}

absl::Status RequireWeights(const std::string& word, const ModelConfig& model) {
  constexpr char kRemedy[] = ", so it would answer at random; train it, and name its run";
  if (!model.has_initial_weights()) return ConfigError(absl::StrCat(word, " has no model.initial_weights", kRemedy));
  const InitialWeightsConfig& weights = model.initial_weights();
  for (const auto& [field, patterns] :
       {std::pair("reinitialise", &weights.reinitialise()), std::pair("allow_missing", &weights.allow_missing())}) {
    if (patterns->empty()) continue;
    return WithFields(
        ConfigError(absl::StrCat("model.initial_weights.", field, ": leaves weights random (\"", patterns->Get(0), "\")", kRemedy)),
        {absl::StrCat("model.initial_weights.", field)});
  }
  return absl::OkStatus();
}

absl::StatusOr<ModelSource> SourceOfExperiment(const std::string& word, const std::string& path, const VerbArguments& arguments,
                                               WeightsNeeded needed) {
  if (arguments.IsGiven("checkpoint")) {
    return FlagError(absl::StrCat("--checkpoint: ", word, " is an experiment, which has none; name its run"));
  }
  ModelSource source;
  source.word = word;
  MICA_ASSIGN_OR_RETURN(source.loaded, LoadExperiment(path, word, arguments.GetString("set"), UserFolder()));
  PrintWarnings(source.loaded->warnings);
  if (needed == WeightsNeeded::kFromAFile) {
    const absl::Status has_weights = RequireWeights(word, source.experiment().model());
    if (!has_weights.ok()) return source.AtItsPlace(has_weights);
  }
  source.weights = source.experiment().model().has_initial_weights()
                       ? absl::StrCat("weights of ", ShownPath(source.experiment().model().initial_weights().weights_file()))
                       : "the weights that training begins with";
  if (const absl::Status read = ReadData(&source); !read.ok()) return source.AtItsPlace(read);
  return source;
}

}  // namespace

bool IsExperiment(const std::string& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown) || absl::EndsWith(path, ".textproto");
}

ModelSubject ModelSource::Subject() const {
  return {word, experiment(), static_cast<int>(class_names.size()), image_shape, trained.has_value() ? &trained->checkpoint : nullptr};
}

absl::Status ModelSource::AtItsPlace(const absl::Status& error) const {
  return loaded.has_value() ? mica::AtItsPlace(error, *loaded) : error;
}

absl::StatusOr<ModelSource> ModelSourceOf(const std::string& word, const VerbArguments& arguments, WeightsNeeded needed) {
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(word, word));
  return IsExperiment(path) ? SourceOfExperiment(word, path, arguments, needed) : SourceOfRun(word, arguments);
}

}  // namespace mica
