#include "experiments/export/exported_model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "experiments/export/model_metadata.h"
#include "models/layers/tensor_dtype.h"
#include "models/onnx/encode_onnx.h"
#include "models/weights/torch_file_writer.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

constexpr double kLargestPixel = 255;

// One value for each channel.
std::vector<double> PerChannel(const google::protobuf::RepeatedField<double>& values, int channels) {
  std::vector<double> all(values.begin(), values.end());
  if (all.size() == 1) all.assign(channels, all[0]);
  return all;
}

// Without one, pixels are only divided by 255.
std::optional<NormalizeConfig> NormalisationOf(const Experiment& experiment) {
  std::optional<NormalizeConfig> normalisation;
  for (const TransformConfig& transform : experiment.eval_transforms()) {
    if (transform.has_normalize()) normalisation = transform.normalize();
  }
  return normalisation;
}

OnnxNormalisation OnnxNormalisationOf(const ExportedModel& model) {
  OnnxNormalisation normalisation;
  normalisation.scale = 1 / kLargestPixel;
  normalisation.mean.assign(model.images.channels, 0);
  normalisation.std.assign(model.images.channels, 1);
  if (const std::optional<NormalizeConfig> config = NormalisationOf(model.experiment)) {
    normalisation.mean = PerChannel(config->mean(), model.images.channels);
    normalisation.std = PerChannel(config->std(), model.images.channels);
  }
  return normalisation;
}

absl::StatusOr<std::string> EncodeForOnnx(const ExportedModel& model, const ModelExportOptions& options) {
  OnnxOptions onnx;
  onnx.softmax = options.softmax;
  if (options.normalise) onnx.normalisation = OnnxNormalisationOf(model);
  onnx.metadata = ModelMetadata(model.experiment, model.class_names, model.images);
  MICA_ASSIGN_OR_RETURN(const std::vector<ArrayView> weights, WeightsInOrder(model));
  return EncodeOnnx(model.model, weights, onnx);
}

absl::StatusOr<std::string> EncodeForSafetensors(const ExportedModel& model) {
  MICA_ASSIGN_OR_RETURN(std::vector<ArrayView> weights, WeightsInOrder(model));
  std::map<std::string, std::string> metadata = ModelMetadata(model.experiment, model.class_names, model.images);
  metadata["format"] = "pt";  // which other readers ask for
  return EncodeSafetensors(std::move(weights), metadata);
}

absl::StatusOr<std::string> EncodeForTorch(const ExportedModel& model) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ArrayView> weights, WeightsInOrder(model));
  return EncodeTorchFile(weights, ModelMetadata(model.experiment, model.class_names, model.images));
}

std::string NumbersText(const std::vector<double>& numbers) {
  const auto append = [](std::string* text, double number) { text->append(FormatNumber(number)); };
  return absl::StrCat("[", absl::StrJoin(numbers, ", ", append), "]");
}

}  // namespace

absl::StatusOr<std::vector<ArrayView>> WeightsInOrder(const ExportedModel& model) {
  std::map<absl::string_view, const ArrayView*> by_name;
  for (const ArrayView& weight : model.weights) by_name.emplace(weight.name, &weight);
  std::vector<ArrayView> ordered;
  std::vector<std::string> problems;
  for (const InferredLayer* const layer : LeavesOf(model.model.layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      const auto found = by_name.find(tensor.name);
      if (found == by_name.end()) {
        problems.push_back(absl::StrCat(tensor.name, " is missing"));
      } else if (const ArrayView& array = *found->second; array.shape != tensor.shape || array.dtype != TensorDtype(tensor)) {
        problems.push_back(absl::StrCat(tensor.name, " is ", array.dtype, " [", absl::StrJoin(array.shape, ","), "], expected ",
                                        TensorDtype(tensor), " [", absl::StrJoin(tensor.shape, ","), "]"));
      } else {
        ordered.push_back(array);
      }
    }
  }
  if (!problems.empty()) return CheckpointError(absl::StrJoin(problems, "\n"));
  return ordered;
}

absl::StatusOr<std::string> EncodeModel(const ExportedModel& model, ExportFormat format, const ModelExportOptions& options) {
  switch (format) {
    case ExportFormat::kSafetensors:
      return EncodeForSafetensors(model);
    case ExportFormat::kTorch:
      return EncodeForTorch(model);
    case ExportFormat::kOnnx:
      return EncodeForOnnx(model, options);
    case ExportFormat::kTorchScript:
      break;
  }
  return absl::InternalError("ExportFormat: needs LibTorch");
}

std::string InputText(const ExportedModel& model, const ModelExportOptions& options) {
  const ImageShape& images = model.images;
  const std::string what = absl::StrCat("f32 [N,", images.channels, ",", images.height_px, ",", images.width_px, "], ",
                                        images.channels == 3 ? "red, green, blue" : "grey");
  if (options.normalise) return absl::StrCat(what, ", pixels from 0 to 255");
  const OnnxNormalisation normalisation = OnnxNormalisationOf(model);
  if (!NormalisationOf(model.experiment).has_value()) return absl::StrCat(what, ", pixel / 255");
  return absl::StrCat(what, ", (pixel / 255 - mean) / std; mean ", NumbersText(normalisation.mean), ", std ",
                      NumbersText(normalisation.std));
}

std::string OutputText(const ExportedModel& model, const ModelExportOptions& options) {
  constexpr size_t kMaxShown = 8;
  const std::vector<std::string>& names = model.class_names;
  const std::vector<std::string> shown(names.begin(), names.begin() + std::min(names.size(), kMaxShown));
  return absl::StrCat("f32 [N,", names.size(), "], ", options.softmax ? "probabilities" : "logits", " of ", absl::StrJoin(shown, ", "),
                      names.size() > kMaxShown ? ", …" : "");
}

}  // namespace mica
