// ProbeModel and ExplainPictures: the bodies of `mica probe`.
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "experiments/summary/chosen_layer.h"
#include "experiments/summary/layer_choice.h"
#include "models/grad_cam.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

// The values of the only sample of a batch.
LayerOutput OutputOf(const std::string& layer, const std::string& kind, const at::Tensor& batch) {
  const at::Tensor values = batch.select(0, 0).cpu().contiguous();
  const auto* const first = values.const_data_ptr<float>();
  return {layer, kind, values.sizes().vec(), {first, first + values.numel()}};
}

absl::Status RequireShapeOfModel(const ModelSubject& subject, const ImageShape& shape) {
  if (!subject.image_shape.has_value() || *subject.image_shape == shape) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const InferredModel made, InferModelFor(subject.experiment, *subject.image_shape, subject.num_classes));
  if (FitsImages(subject.experiment, made, shape, subject.num_classes)) return absl::OkStatus();
  return WithFields(
      ConfigError(absl::StrCat("eval_transforms: make ", shape.ToString(), " of the picture, but ", subject.name, " is made for ",
                               subject.image_shape->ToString(), "; give a picture of that size, or add a resize to eval_transforms")),
      {"eval_transforms"});
}

absl::StatusOr<Batch> OnlyBatch(DecodingBatchSource& batches) {
  MICA_RETURN_IF_ERROR(batches.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
  Batch batch;
  MICA_ASSIGN_OR_RETURN(const bool there_is_one, batches.Next(&batch));
  if (there_is_one) return batch;
  return DataError(batches.failed().empty() ? "there is no picture to probe" : batches.failed().front().reason);
}

LayerOutputs Probe(const BuiltModel& model, const at::Tensor& images, const std::vector<const InferredLayer*>& layers) {
  std::map<std::string, std::string> kinds;
  for (const InferredLayer* const layer : layers) kinds[layer->name] = layer->kind;
  const c10::InferenceMode inference;
  model.classifier->eval();
  LayerOutputs result;
  result.picture = OutputOf("picture", "", images);
  const at::Tensor logits =
      model.classifier->ForwardWatched(images.to(model.device), [&](const std::string& layer, const at::Tensor& output) {
        if (const auto kind = kinds.find(layer); kind != kinds.end()) result.outputs.push_back(OutputOf(layer, kind->second, output));
      });
  result.logits = OutputOf("", "", logits).values;
  return result;
}

// The experiment with one view of each picture.
Experiment WithoutMoreViews(Experiment experiment) {
  experiment.mutable_evaluation()->clear_test_time_augmentation();
  return experiment;
}

// Images whose activations and gradients are kept at the same time.
constexpr int64_t kImagesOfGradCam = 16;

// What the model says of the images.
PredictionTable PredictionsOf(const BuiltModel& model, const at::Tensor& images, const at::Tensor& ids) {
  const c10::InferenceMode inference;
  model.classifier->eval();
  const at::Tensor logits = model.classifier->forward(images).to(at::kCPU, at::kFloat).contiguous();
  PredictionTable predictions(static_cast<int>(logits.size(1)));
  for (int64_t i = 0; i < logits.size(0); ++i) {
    predictions.Add(ids.const_data_ptr<int64_t>()[i], /*label=*/-1,
                    absl::MakeConstSpan(logits.const_data_ptr<float>() + i * logits.size(1), logits.size(1)));
  }
  return predictions;
}

void AddMaps(const BuiltModel& model, const Batch& batch, HeatMaps* result) {
  const at::Tensor images = batch.images.to(model.device);
  const PredictionTable predictions = PredictionsOf(model, images, batch.ids);
  const at::Tensor classes = at::empty({batch.size()}, at::kLong);
  for (int64_t i = 0; i < batch.size(); ++i) classes.mutable_data_ptr<int64_t>()[i] = predictions.prediction(i);
  const at::Tensor maps = GradCam(*model.classifier, images, classes, result->layer);
  const int64_t pixels = maps.size(1) * maps.size(2);
  for (int64_t i = 0; i < batch.size(); ++i) {
    HeatMap& map = result->maps.emplace_back();
    map.id = predictions.record_id(i);
    map.prediction = predictions.prediction(i);
    map.probability = predictions.Probabilities(i)[map.prediction];
    map.height = maps.size(1);
    map.width = maps.size(2);
    map.values.assign(maps.const_data_ptr<float>() + i * pixels, maps.const_data_ptr<float>() + (i + 1) * pixels);
  }
}

absl::Status AddAllMaps(const BuiltModel& model, DecodingBatchSource& batches, HeatMaps* result) {
  MICA_RETURN_IF_ERROR(batches.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
  for (Batch batch;;) {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, batches.Next(&batch));
    if (!there_is_one) return absl::OkStatus();
    for (int64_t first = 0; first < batch.size(); first += kImagesOfGradCam) {
      AddMaps(model, batch.Slice(first, std::min(kImagesOfGradCam, batch.size() - first)), result);
    }
  }
}

// NaN is neither warm nor cold.
absl::Status RequireFinite(const HeatMaps& result, const DatasetIndex& index) {
  for (const HeatMap& map : result.maps) {
    if (std::all_of(map.values.begin(), map.values.end(), [](float value) { return value >= 0 && value <= 1; })) continue;
    return NonFiniteError(absl::StrCat(index.PathOf(index.records[map.id]), ": the outputs of ", result.layer,
                                       " or their gradients are not finite, so there is no heat map"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HeatMaps> ExplainPictures(const ModelSubject& subject, const DatasetIndex& index, Split split, const std::string& layer) {
  const Experiment clean = WithoutMoreViews(subject.experiment);
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<DecodingBatchSource> batches, PredictionBatches(clean, index, split));
  const ImageShape shape = batches->image_shape();
  MICA_RETURN_IF_ERROR(RequireShapeOfModel(subject, shape));
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(subject.experiment, shape, subject.num_classes));
  const LayerShape image = {shape.channels, shape.height_px, shape.width_px};
  MICA_ASSIGN_OR_RETURN(const ChosenLayer chosen, ChooseHeatLayer(inferred.layers, image, layer, subject.name));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModelOf(subject, shape));
  HeatMaps result;
  result.layer = chosen.layer->name;
  result.kind = chosen.layer->kind;
  result.why = chosen.why;
  absl::Status source_status;
  MICA_RETURN_IF_ERROR(GuardTorch("computing heat maps", [&] { source_status = AddAllMaps(model, *batches, &result); }));
  MICA_RETURN_IF_ERROR(source_status);
  MICA_RETURN_IF_ERROR(RequireFinite(result, index));
  result.failed = batches->failed();
  return result;
}

absl::StatusOr<LayerOutputs> ProbeModel(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                        const std::vector<std::string>& layers) {
  const Experiment clean = WithoutMoreViews(subject.experiment);
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<DecodingBatchSource> batches, PredictionBatches(clean, index, split));
  const ImageShape shape = batches->image_shape();
  MICA_RETURN_IF_ERROR(RequireShapeOfModel(subject, shape));
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(subject.experiment, shape, subject.num_classes));
  MICA_ASSIGN_OR_RETURN(const std::vector<const InferredLayer*> chosen, ChooseLayers(inferred.layers, layers, subject.name));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModelOf(subject, shape));
  MICA_ASSIGN_OR_RETURN(const Batch batch, OnlyBatch(*batches));
  LayerOutputs result;
  MICA_RETURN_IF_ERROR(GuardTorch("probing the model", [&] { result = Probe(model, batch.images, chosen); }));
  return result;
}

}  // namespace mica
