// Weights from a file of the user's, put into a model before it is trained.
//   MICA_ASSIGN_OR_RETURN(const InitialWeights weights,
//                         LoadInitialWeights(experiment.model(), inferred, *model));
#ifndef MICA_EXPERIMENTS_RUNNER_INITIAL_WEIGHTS_H_
#define MICA_EXPERIMENTS_RUNNER_INITIAL_WEIGHTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "models/classifier.h"
#include "models/model.pb.h"
#include "models/weights/weight_report.h"
#include "models/zoo/model_layers.h"

namespace mica {

struct InitialWeights {
  std::string path;         // absolute
  std::string fingerprint;  // of the file
  WeightReport report;
};

// `config` has initial_weights; `model` is the network of `inferred`, and its weights are changed,
// all or nothing. A file that cannot be used ends with exit code 4, a rule of `config` that names
// nothing with 2. Where the file is not there, the error says who publishes such weights.
absl::StatusOr<InitialWeights> LoadInitialWeights(const ModelConfig& config, const InferredModel& inferred, const Classifier& model);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_INITIAL_WEIGHTS_H_
