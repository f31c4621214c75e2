// Reads checkpoints that a run left behind. Nothing is parsed before its checksum held, and no checkpoint stands in for another unasked.
//   MICA_ASSIGN_OR_RETURN(const FoundCheckpoint found, FindCheckpoint("/runs/x/a/checkpoints", "best"));
//   MICA_RETURN_IF_ERROR(LoadWeights(found.checkpoint.model().arrays, found.checkpoint.model().path, WeightsOf(*model)).status());
// Whether a checkpoint fits a model is said by models/weights/load_weights.h; errors end with exit code 4. Torch-free, single-thread.
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
  std::map<std::string, StoredArrays> files;  // by name: "model.safetensors" is there in every checkpoint
  std::string fingerprint;                    // of model.safetensors, as the manifest gives it

  const StoredArrays& model() const { return files.at(kModelFile); }
};

// One checkpoint's folder, step-N/. First the manifest: its checksum, its format version. Then size and checksum of every file that it
// names, then their format.
absl::StatusOr<Checkpoint> ReadCheckpoint(const std::string& folder);

struct FoundCheckpoint {
  Checkpoint checkpoint;
  std::vector<std::string> warnings;  // what was passed over, and why
};

// Of a run's checkpoints/ folder:
// "latest"                       the newest by its step that is whole; broken and incomplete ones before it become warnings. The file
//                                `latest` is not asked, because a kill can leave it one behind.
// "best"                         the one that the file `best` names,
// "step-000001875" or "1875"     that one.
// One that is named and cannot be used is an error that gives the reason and those that are whole, with `how_to_ask` behind them: "; take
// one with --checkpoint=NAME".
absl::StatusOr<FoundCheckpoint> FindCheckpoint(const std::string& checkpoints, const std::string& wanted,
                                               absl::string_view how_to_ask = "");

// An error with both lists' first difference unless the checkpoint's classes are these, in this order.
absl::Status RequireSameClasses(const Checkpoint& checkpoint, const std::vector<std::string>& class_names);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_READER_H_
