// From an experiment's file to a config that can be run, or to everything that is wrong with it.
// Combines reader and validator and says where each problem was written.
//   MICA_ASSIGN_OR_RETURN(
//       const LoadedExperiment loaded,
//       LoadExperiment("/home/me/x.textproto", "x.textproto", set, "/home/me"));
//   for (const std::string& warning : loaded.warnings) LOG(WARNING) << warning;
// Opens no data. Torch-free.
#ifndef MICA_EXPERIMENTS_CONFIG_LOAD_EXPERIMENT_H_
#define MICA_EXPERIMENTS_CONFIG_LOAD_EXPERIMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "base/config/textproto.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct LoadedExperiment {
  Experiment experiment;              // merged, paths absolute, defaults explicit, valid
  std::vector<std::string> warnings;  // "x.textproto:4:3: …": possible but probably not meant
  FieldLocations locations;           // where the fields were written
};

// What must be valid. An experiment whose data alone is wanted, or also the batches made of them,
// needs no model.
enum class ExperimentScope { kAll, kData, kBatches };

// Arguments as in experiment_reader.h. Returns all problems as one config error (exit code 2), a
// line each. If a text could not be read to its end, its values are not checked.
absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                                                absl::string_view user_folder, ExperimentScope scope = ExperimentScope::kAll);

// For errors found later, when the data is known. If a line begins with a field, its place is put
// in front: "model.tiny_vgg needs …" becomes "x.textproto:3:9: model.tiny_vgg needs …". Other lines
// stay as they are.
absl::Status AtItsPlace(const absl::Status& error, const LoadedExperiment& loaded);

// The problems of one severity, "x.textproto:2:1: optimizer.sgd.momentum must be …", in the order
// of the text. Fields that were not written come last, with only the source in front.
std::vector<std::string> RenderProblems(const ConfigProblems& problems, ConfigProblem::Severity severity, const FieldLocations& locations,
                                        absl::string_view source);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_CONFIG_LOAD_EXPERIMENT_H_
