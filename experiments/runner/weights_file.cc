#include "experiments/runner/weights_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "experiments/export/model_metadata.h"
#include "models/layers/tensor_dtype.h"
#include "models/weights/colour_change.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/naming_tables.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

constexpr char kField[] = "model.initial_weights.weights_file";

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

// If the file is not there, how its weights can be had.
absl::Status WithWayToGetThem(const absl::Status& error, const ModelConfig& config) {
  const std::string& file = config.initial_weights().weights_file();
  std::error_code unknown;
  if (std::filesystem::exists(file, unknown)) return error;
  const std::string way = HowToGetWeights(config, file);
  return way.empty() ? error : WithMessage(error, absl::StrCat(error.message(), "; ", way));
}

// The layers for images of any shape that the model takes: only names count here.
absl::StatusOr<std::vector<InferredLayer>> LayersOfAnyImage(const ModelConfig& config) {
  constexpr int kClasses = 1000;
  constexpr LayerShape kShapes[] = {{3, 224, 224}, {3, 32, 32}, {1, 28, 28}};
  absl::Status refused;
  for (const LayerShape& shape : kShapes) {
    absl::StatusOr<InferredModel> model = InferModel(config, shape, kClasses);
    if (model.ok()) return std::move(model->layers);
    if (refused.ok()) refused = model.status();
  }
  return refused;
}

std::vector<ModelWeight> WeightsOfLayers(absl::Span<const InferredLayer> layers) {
  std::vector<ModelWeight> weights;
  for (const InferredLayer* const layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) weights.push_back({tensor.name, tensor.shape, TensorDtype(tensor)});
  }
  return weights;
}

}  // namespace

absl::StatusOr<StoredArrays> ReadInitialWeights(const ModelConfig& config) {
  absl::StatusOr<StoredArrays> stored = ReadWeightsFile(config.initial_weights().weights_file(), config.initial_weights().section());
  if (stored.ok()) return stored;
  return WithFields(WithWayToGetThem(stored.status(), config), {kField});
}

MatchRules InitialWeightsRules(const ModelConfig& config, absl::Span<const InferredLayer> layers) {
  const InitialWeightsConfig& weights = config.initial_weights();
  MatchRules rules;
  rules.reinitialise.assign(weights.reinitialise().begin(), weights.reinitialise().end());
  rules.allow_missing.assign(weights.allow_missing().begin(), weights.allow_missing().end());
  rules.allow_unexpected.assign(weights.allow_unexpected().begin(), weights.allow_unexpected().end());
  for (const RenameRuleConfig& rule : weights.rename()) rules.rename.push_back({rule.from(), rule.to()});
  rules.tables = NamingTablesFor(config);
  rules.convert_types = weights.convert_types();
  rules.foreign = true;
  const InferredLayer* const convolution = FindFirstConvolution(layers);
  if (convolution != nullptr) rules.first_convolution = JoinLayerName(convolution->name, "weight");
  rules.colour_change = ColourChangeOf(weights.first_convolution());
  return rules;
}

absl::StatusOr<WeightsClasses> ClassesOfWeightsFile(const ModelConfig& config) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadInitialWeights(config));
  WeightsClasses classes;
  classes.names = ClassNamesIn(stored.metadata);
  classes.has_names = !classes.names.empty();
  if (classes.has_names) return classes;
  MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers, LayersOfAnyImage(config));
  const std::vector<ModelWeight> weights = WeightsOfLayers(layers);
  const std::vector<std::string> names = NamesToMatch(stored.arrays, weights, InitialWeightsRules(config, layers));
  const std::string head = weights.empty() ? "a weight" : weights.back().name;
  for (size_t i = 0; i < names.size(); ++i) {
    const ArrayView& array = stored.arrays[i];
    // Empty arrays may have sides of any length.
    if (names[i] != head || array.shape.empty() || array.bytes.empty()) continue;
    for (int64_t number = 0; number < array.shape[0]; ++number) classes.names.push_back(absl::StrCat(number));
    return classes;
  }
  return WithFields(CheckpointError(absl::StrCat(stored.path, ": lacks ", head,
                                                 ", the end of the model's classifier, so its classes are "
                                                 "unknown; list them as dataset.class_names")),
                    {kField});
}

}  // namespace mica
