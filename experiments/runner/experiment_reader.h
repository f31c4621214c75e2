// An experiment as it stands in files: includes merged first, then the file, then --set; paths absolute; defaults explicit.
//   const ExperimentDraft draft = ReadExperiment("/home/me/x.textproto", "x.textproto", "trainer { epochs: 1 }", "/home/me");
//   if (draft.errors.messages.empty()) …
// Reads and merges only; experiment_validator.h judges what was read. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_EXPERIMENT_READER_H_
#define MICA_EXPERIMENTS_RUNNER_EXPERIMENT_READER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/textproto.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct ExperimentDraft {
  Experiment experiment;     // as far as it could be read
  FieldLocations locations;  // of the merged fields
  std::string source;        // the experiment's path as the user wrote it
  TextprotoErrors errors;    // exit code 2
};

// `path` is absolute, `source` is how messages call it. `set_fragment` may be empty; its relative paths are taken from `user_folder`.
ExperimentDraft ReadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                               absl::string_view user_folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_EXPERIMENT_READER_H_
