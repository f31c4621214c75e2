#include "experiments/runner/initial_weights.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "models/layers/layer_shapes.h"
#include "models/weights/colour_change.h"
#include "models/weights/weights.h"
#include "models/zoo/published_weights.h"
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
  return InitialWeights{stored.path, FormatFingerprint(Fingerprint(stored.bytes)), loaded};
}

// If the file is not there, how its weights can be had.
absl::Status WithWayToGetThem(const absl::Status& error, const ModelConfig& config) {
  const std::string& file = config.initial_weights().weights_file();
  std::error_code unknown;
  if (std::filesystem::exists(file, unknown)) return error;
  const std::string way = HowToGetWeights(config, file);
  return way.empty() ? error : WithMessage(error, absl::StrCat(error.message(), "; ", way));
}

}  // namespace

absl::StatusOr<InitialWeights> LoadInitialWeights(const ModelConfig& config, const InferredModel& inferred, const Classifier& model) {
  absl::StatusOr<InitialWeights> weights = TryInitialWeights(config.initial_weights(), inferred, model);
  if (weights.ok()) return weights;
  return WithFields(WithWayToGetThem(weights.status(), config), {"model.initial_weights.weights_file"});
}

}  // namespace mica
