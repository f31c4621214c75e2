// ProbeModel: the body of `mica probe`.
#include <c10/core/InferenceMode.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "experiments/summary/layer_choice.h"
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

}  // namespace

absl::StatusOr<LayerOutputs> ProbeModel(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                        const std::vector<std::string>& layers) {
  Experiment clean = subject.experiment;  // one view of the picture
  clean.mutable_evaluation()->clear_test_time_augmentation();
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
