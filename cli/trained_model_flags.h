// What the verbs that use a trained model have in common: the word RUN, --checkpoint and --set.
#ifndef MICA_CLI_TRAINED_MODEL_FLAGS_H_
#define MICA_CLI_TRAINED_MODEL_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/verb_flags.h"
#include "cli/verb_table.h"
#include "experiments/runner/trained_model.h"

namespace mica {

// The flags of these verbs' tables. --set may change a run only in part (FindTrainedModel).
VerbFlag CheckpointFlag();
VerbFlag ModelSetFlag();

// The model of the first word. Warnings go to stderr at once. Errors: FindTrainedModel's, and flag
// errors.
absl::StatusOr<TrainedModel> ModelOfFlags(const VerbArguments& arguments);

// The same for another word.
absl::StatusOr<TrainedModel> ModelOfRun(const std::string& run, const VerbArguments& arguments);

}  // namespace mica

#endif  // MICA_CLI_TRAINED_MODEL_FLAGS_H_
