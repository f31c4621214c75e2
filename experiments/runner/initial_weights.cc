#include "experiments/runner/initial_weights.h"

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "models/layers/layer_shapes.h"
#include "models/weights/colour_change.h"
#include "models/weights/weights.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {
namespace {

ColourChange ColourChangeOf(InitialWeightsConfig::FirstConvolution rule) {
  switch (rule) {
    case InitialWeightsConfig::SUM_OF_RGB:
      return ColourChange::kSumOfRgb;
    case InitialWeightsConfig::MEAN_OF_RGB:
      return ColourChange::kMeanOfRgb;
    case InitialWeightsConfig::REPEAT_GREY:
      return ColourChange::kRepeatGrey;
    case InitialWeightsConfig::AS_IT_IS:
    case InitialWeightsConfig::FIRST_CONVOLUTION_UNSPECIFIED:
      break;
  }
  return ColourChange::kNone;
}

absl::StatusOr<InitialWeights> TryInitialWeights(const InitialWeightsConfig& config, const InferredModel& inferred,
                                                 const Classifier& model) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadWeightsFile(config.weights_file()));
  LoadWeightsRules rules;
  rules.reinitialise.assign(config.reinitialise().begin(), config.reinitialise().end());
  rules.ignore.assign(config.ignore().begin(), config.ignore().end());
  rules.foreign = true;
  const InferredLayer* const convolution = FindFirstConvolution(inferred.layers);
  if (convolution != nullptr) rules.first_convolution = JoinLayerName(convolution->name, "weight");
  rules.colour_change = ColourChangeOf(config.first_convolution());
  MICA_ASSIGN_OR_RETURN(const LoadedWeights loaded, LoadWeights(stored.arrays, stored.path, WeightsOf(model), rules));
  return InitialWeights{stored.path, FormatFingerprint(Fingerprint(*stored.bytes)), loaded};
}

}  // namespace

absl::StatusOr<InitialWeights> LoadInitialWeights(const InitialWeightsConfig& config, const InferredModel& inferred,
                                                  const Classifier& model) {
  absl::StatusOr<InitialWeights> weights = TryInitialWeights(config, inferred, model);
  if (!weights.ok()) return WithFields(weights.status(), {"model.initial_weights.weights_file"});
  return weights;
}

}  // namespace mica
