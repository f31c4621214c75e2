#include "experiments/export/exported_model.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/number_format.h"
#include "experiments/export/model_metadata.h"
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

// The last step of eval_transforms, if it normalises; else pixels are only divided by 255.
std::optional<NormalizeConfig> NormalisationOf(const Experiment& experiment) {
  const auto& transforms = experiment.eval_transforms();
  if (transforms.empty() || !transforms[transforms.size() - 1].has_normalize()) return std::nullopt;
  return transforms[transforms.size() - 1].normalize();
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

absl::StatusOr<std::string> EncodeForOnnx(const ExportedModel& model, const ExportOptions& options) {
  OnnxOptions onnx;
  onnx.softmax = options.softmax;
  if (options.normalise) onnx.normalisation = OnnxNormalisationOf(model);
  onnx.metadata = ModelMetadata(model.experiment, model.class_names, model.images);
  return EncodeOnnx(model.model, model.weights, onnx);
}

std::string EncodeForSafetensors(const ExportedModel& model) {
  std::map<std::string, std::string> metadata = ModelMetadata(model.experiment, model.class_names, model.images);
  metadata["format"] = "pt";  // which other readers ask for
  return EncodeSafetensors(WeightsInOrder(model), metadata);
}

std::string NumbersText(const std::vector<double>& numbers) {
  const auto append = [](std::string* text, double number) { text->append(FormatNumber(number)); };
  return absl::StrCat("[", absl::StrJoin(numbers, ", ", append), "]");
}

}  // namespace

std::vector<ArrayView> WeightsInOrder(const ExportedModel& model) {
  std::map<std::string, size_t> place;
  for (const InferredLayer* const layer : LeavesOf(model.model.layers)) {
    for (const LayerTensor& tensor : layer->tensors) place.emplace(tensor.name, place.size());
  }
  std::vector<ArrayView> ordered = model.weights;
  std::stable_sort(ordered.begin(), ordered.end(), [&](const ArrayView& a, const ArrayView& b) { return place[a.name] < place[b.name]; });
  return ordered;
}

absl::StatusOr<std::string> EncodeModel(const ExportedModel& model, ExportFormat format, const ExportOptions& options) {
  switch (format) {
    case ExportFormat::kSafetensors:
      return EncodeForSafetensors(model);
    case ExportFormat::kTorch:
      return EncodeTorchFile(WeightsInOrder(model), ModelMetadata(model.experiment, model.class_names, model.images));
    case ExportFormat::kOnnx:
      return EncodeForOnnx(model, options);
    case ExportFormat::kTorchScript:
      break;
  }
  return absl::InternalError("ExportFormat: needs LibTorch");
}

std::string InputText(const ExportedModel& model, const ExportOptions& options) {
  const ImageShape& images = model.images;
  const std::string what = absl::StrCat("f32 [N,", images.channels, ",", images.height_px, ",", images.width_px, "], ",
                                        images.channels == 3 ? "red, green, blue" : "grey");
  if (options.normalise) return absl::StrCat(what, ", pixels from 0 to 255");
  const OnnxNormalisation normalisation = OnnxNormalisationOf(model);
  if (!NormalisationOf(model.experiment).has_value()) return absl::StrCat(what, ", pixel / 255");
  return absl::StrCat(what, ", (pixel / 255 - mean) / std; mean ", NumbersText(normalisation.mean), ", std ",
                      NumbersText(normalisation.std));
}

std::string OutputText(const ExportedModel& model, const ExportOptions& options) {
  constexpr size_t kMaxShown = 8;
  const std::vector<std::string>& names = model.class_names;
  const std::vector<std::string> shown(names.begin(), names.begin() + std::min(names.size(), kMaxShown));
  return absl::StrCat("f32 [N,", names.size(), "], ", options.softmax ? "probabilities" : "logits", " of ", absl::StrJoin(shown, ", "),
                      names.size() > kMaxShown ? ", …" : "");
}

}  // namespace mica
