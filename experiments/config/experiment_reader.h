// Reads an experiment from files: includes first, then the file, then --set. Paths become absolute
// and defaults explicit.
//   const ExperimentDraft draft = ReadExperiment("/home/me/x.textproto", "x.textproto",
//                                                "trainer { epochs: 1 }", "/home/me");
//   if (draft.errors.messages.empty()) …
// It only reads and merges; experiment_validator.h checks the result. Torch-free.
#ifndef MICA_EXPERIMENTS_CONFIG_EXPERIMENT_READER_H_
#define MICA_EXPERIMENTS_CONFIG_EXPERIMENT_READER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/config/textproto.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct ExperimentDraft {
  Experiment experiment;     // as far as it could be read
  FieldLocations locations;  // of the merged fields
  std::string source;        // the experiment's path as the user wrote it
  TextprotoErrors errors;    // exit code 2
};

// `path` is absolute; messages call it `source`. `set_fragment` may be empty; its relative paths
// start at `user_folder`.
ExperimentDraft ReadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                               absl::string_view user_folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_CONFIG_EXPERIMENT_READER_H_
