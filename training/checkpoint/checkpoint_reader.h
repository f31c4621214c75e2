// Reads checkpoints that a run wrote. Parses nothing before its checksum is right, and never
// replaces a checkpoint by another unasked.
//   MICA_ASSIGN_OR_RETURN(const FoundCheckpoint found,
//                         FindCheckpoint("/runs/x/a/checkpoints", "best"));
//   const StoredArrays& stored = found.checkpoint.model();
//   MICA_RETURN_IF_ERROR(LoadWeights(stored.arrays, stored.path, WeightsOf(*model)).status());
// models/weights/load_weights.h checks whether a checkpoint fits a model. Errors end with exit code
// 4. Torch-free, single-thread.
#ifndef MICA_TRAINING_CHECKPOINT_CHECKPOINT_READER_H_
#define MICA_TRAINING_CHECKPOINT_CHECKPOINT_READER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "training/checkpoint/checkpoint.pb.h"
#include "training/checkpoint/checkpoint_name.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {

struct Checkpoint {
  std::string name;  // "step-000001875"
  CheckpointReport manifest;
  std::map<std::string, StoredArrays> files;  // by name; every checkpoint has "model.safetensors"
  std::string fingerprint;                    // of model.safetensors, from the manifest

  const StoredArrays& model() const { return files.at(kModelFile); }
};

// Reads one checkpoint's folder, step-N/. Checks the manifest's checksum and format version first,
// then size and checksum of every file that it names, then the format of those files.
absl::StatusOr<Checkpoint> ReadCheckpoint(const std::string& folder);

struct FoundCheckpoint {
  Checkpoint checkpoint;
  std::vector<std::string> warnings;  // what was skipped, and why
};

// Finds a checkpoint in a run's checkpoints/ folder:
// "latest"                    the whole checkpoint with the highest step; broken and incomplete
//                             ones above it become warnings. The file `latest` is not read,
//                             because a kill can leave it one behind.
// "best"                      the one that the file `best` names
// "step-000001875" or "1875"  that one
// If a named checkpoint cannot be used, the error gives the reason and lists those that are whole,
// followed by `how_to_ask`: "; take one with --checkpoint=NAME".
absl::StatusOr<FoundCheckpoint> FindCheckpoint(const std::string& checkpoints, const std::string& wanted,
                                               absl::string_view how_to_ask = "");

// Returns an error with the first difference of the two lists unless the checkpoint's classes are
// these, in this order.
absl::Status RequireSameClasses(const Checkpoint& checkpoint, const std::vector<std::string>& class_names);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_READER_H_
