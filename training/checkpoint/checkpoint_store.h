// The checkpoints of a run: folders checkpoints/step-000001875/, each whole or absent, and the text
// files `latest` and `best`, which name one each.
//   CheckpointStore store("/runs/x/a/checkpoints");
//   MICA_RETURN_IF_ERROR(store.Save(contents));
//   MICA_RETURN_IF_ERROR(store.Point("latest", contents.manifest.step()));
// docs/file_formats.md describes the files. Errors end with exit code 5. Single-thread.
#ifndef MICA_TRAINING_CHECKPOINT_CHECKPOINT_STORE_H_
#define MICA_TRAINING_CHECKPOINT_CHECKPOINT_STORE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "models/weights/weights.h"
#include "training/checkpoint/checkpoint.pb.h"
#include "training/checkpoint/checkpoint_name.h"

namespace mica {

struct CheckpointContents {
  struct File {
    std::string name;  // kModelFile, …
    std::vector<NamedTensor> tensors;
  };
  std::vector<File> files;    // a file without tensors is not written
  CheckpointReport manifest;  // without `files`, which Save fills in
};

class CheckpointStore {
 public:
  explicit CheckpointStore(std::string folder, FileCalls& calls = SystemFileCalls()) : folder_(std::move(folder)), calls_(calls) {}

  // Writes step-N.tmp/, N = manifest.step(), with the manifest last, reads it back and compares,
  // then renames it to step-N/, which must not exist. A failure leaves nothing behind, with one
  // exception: if the last call, the fsync of the name, fails, the checkpoint is whole and in
  // place, but a power cut may undo it. Refuses weights or optimizer state that are not finite,
  // with exit code 6.
  absl::Status Save(const CheckpointContents& contents);

  // Whether the checkpoint of that step is in place, and so whole.
  bool Has(int64_t step) const;

  // Makes the file `name` ("latest", "best") name that step's checkpoint.
  absl::Status Point(const std::string& name, int64_t step);

  // Removes all checkpoints except those of `keep_steps`.
  absl::Status Prune(absl::Span<const int64_t> keep_steps);

 private:
  // Returns how many bytes the files have.
  absl::StatusOr<int64_t> WriteFiles(const CheckpointContents& contents, const std::string& folder);

  const std::string folder_;
  FileCalls& calls_;
};

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_STORE_H_
