// The way from an experiment's file to a config that can be run, or to everything that is wrong with it.
//   MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment("/home/me/x.textproto", "x.textproto", set, "/home/me"));
//   for (const std::string& warning : loaded.warnings) LOG(WARNING) << warning;
// Puts reader and validator together and says where each problem was written. Opens no data. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_LOAD_EXPERIMENT_H_
#define MICA_EXPERIMENTS_RUNNER_LOAD_EXPERIMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/config_problems.h"
#include "base/textproto.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct LoadedExperiment {
  Experiment experiment;              // merged, paths absolute, defaults explicit, valid
  std::vector<std::string> warnings;  // "x.textproto:4:3: …": possible, but probably not meant
  FieldLocations locations;           // where its fields were written
};

// Arguments as in experiment_reader.h. Errors are config errors (exit code 2): all that were found, a line each. Nothing is judged that
// could not be read to its end.
absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                                                absl::string_view user_folder);

// An error that was found later, when the data was known, with the place of the field that a line begins with in front of that line:
// "model.tiny_vgg needs …" becomes "x.textproto:3:9: model.tiny_vgg needs …". Lines that begin otherwise stay as they are.
absl::Status AtItsPlace(const absl::Status& error, const LoadedExperiment& loaded);

// The problems of one severity as "x.textproto:2:1: optimizer.sgd.momentum must be …", in the order of the text; those of fields that were
// written nowhere come last, with the source alone in front.
std::vector<std::string> RenderProblems(const ConfigProblems& problems, ConfigProblem::Severity severity, const FieldLocations& locations,
                                        absl::string_view source);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_LOAD_EXPERIMENT_H_
