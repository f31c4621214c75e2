// The file that model.initial_weights names, as far as it can be used without LibTorch.
// initial_weights.h fills a network from it.
//   MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadInitialWeights(experiment.model()));
// Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_WEIGHTS_FILE_H_
#define MICA_EXPERIMENTS_RUNNER_WEIGHTS_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"
#include "models/model.pb.h"
#include "models/weights/weight_match.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {

// In these functions the config has initial_weights, and errors name its fields. A file that cannot
// be used is a CheckpointError (exit code 4); where it is not there, the error says who publishes
// such weights.
absl::StatusOr<StoredArrays> ReadInitialWeights(const ModelConfig& config);

// How the file may differ from the model, whose layers these are.
MatchRules InitialWeightsRules(const ModelConfig& config, absl::Span<const InferredLayer> layers);

struct WeightsClasses {
  std::vector<std::string> names;  // "0", "1", … if the file has none
  bool has_names = false;
};

// The classes that the file was made for: as many as its classifier has outputs, with the names that
// mica export wrote into it. A file without the model's classifier is an error.
absl::StatusOr<WeightsClasses> ClassesOfWeightsFile(const ModelConfig& config);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_WEIGHTS_FILE_H_
