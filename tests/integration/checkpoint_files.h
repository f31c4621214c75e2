// What tests ask of checkpoint folders that a run left behind.
//   ExpectWholeCheckpoint("/tmp/runs/tiny/a/checkpoints", "latest");
#ifndef MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_
#define MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "training/checkpoint/checkpoint.pb.h"

namespace mica {

// "step-000000018", as the file `pointer` ("latest", "best") says.
std::string NamedCheckpoint(const std::string& checkpoints, absl::string_view pointer);

// Manifest and files of the folder are there, of the size and with the checksum that the manifest gives, all numbers finite, nothing else.
CheckpointReport ExpectWholeCheckpoint(const std::string& checkpoints, absl::string_view name);

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_CHECKPOINT_FILES_H_
