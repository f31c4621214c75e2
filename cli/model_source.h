// The model that a verb's word RUN_OR_EXPERIMENT names: what a run trained, or what an experiment
// begins with.
//   MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(word, arguments));
//   … compute->Predict(source.Subject(), index, split)
#ifndef MICA_CLI_MODEL_SOURCE_H_
#define MICA_CLI_MODEL_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/verb_flags.h"
#include "data/index/dataset_index.h"
#include "data/index/image_shape.h"
#include "experiments/config/load_experiment.h"
#include "experiments/runner/model_subject.h"
#include "experiments/runner/trained_model.h"

namespace mica {

struct ModelSource {
  std::string word;     // as written
  std::string weights;  // "checkpoint step-000001875, the one that the run reports"
  std::vector<std::string> class_names;

  // One of the two.
  std::optional<TrainedModel> trained;
  std::optional<LoadedExperiment> loaded;

  absl::Status unread;  // why the data of an experiment cannot be read

  // Of an experiment whose data can be read.
  std::optional<DatasetIndex> index;
  std::optional<ImageShape> image_shape;  // that training gives the model

  const Experiment& experiment() const { return trained.has_value() ? trained->experiment : loaded->experiment; }
  Experiment& experiment() { return trained.has_value() ? trained->experiment : loaded->experiment; }

  // Borrows from this.
  ModelSubject Subject() const;

  // Errors about fields of an experiment get their places.
  absl::Status AtItsPlace(const absl::Status& error) const;
};

enum class WeightsNeeded {
  kAny,        // random ones too
  kFromAFile,  // an experiment must have initial weights, and leave none of them random
};

// A file is an experiment, and so is what is called .textproto; all else is a run.
bool IsExperiment(const std::string& path);

// IsExperiment decides which of the two the word names. The flags --checkpoint and --set count. The classes of
// an experiment are those of its data; if the data cannot be read, those of dataset.class_names, or
// else as many as its file of weights has, by their numbers, which a warning says. Warnings go to
// stderr at once.
absl::StatusOr<ModelSource> ModelSourceOf(const std::string& word, const VerbArguments& arguments, WeightsNeeded needed);

}  // namespace mica

#endif  // MICA_CLI_MODEL_SOURCE_H_
