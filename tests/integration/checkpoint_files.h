// Checks the checkpoint folders of a run, for tests.
//   ExpectWholeCheckpoint("/tmp/runs/tiny/a/checkpoints", "latest");
#ifndef MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_
#define MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "training/checkpoint/checkpoint.pb.h"

namespace mica {

// The checkpoint that the file `pointer` ("latest", "best") names: "step-000000018".
std::string NamedCheckpoint(const std::string& checkpoints, absl::string_view pointer);

// The folder must hold the manifest, the files that it names, and nothing else. Sizes and checksums
// must be those of the manifest, and all numbers finite.
CheckpointReport ExpectWholeCheckpoint(const std::string& checkpoints, absl::string_view name);

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_
