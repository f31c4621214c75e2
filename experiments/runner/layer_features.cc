// FeaturesOfLayer: the body of `mica embed`.
#include <c10/core/InferenceMode.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_batches.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "experiments/summary/chosen_layer.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

// Means over all places if `averaged`: pixels, or tokens.
at::Tensor RowsOf(const at::Tensor& output, bool averaged) {
  at::Tensor rows = output;
  if (averaged) rows = output.dim() == 4 ? output.mean({2, 3}) : output.mean(1);
  return rows.flatten(1).to(at::kCPU, at::kFloat).contiguous();
}

void AddBatch(const Batch& batch, const at::Tensor& rows, const at::Tensor& logits, LayerFeatures* features) {
  const at::Tensor scores = logits.to(at::kCPU, at::kFloat).contiguous();
  const int64_t classes = scores.size(1);
  for (int64_t i = 0; i < batch.size(); ++i) {
    features->predictions.Add(batch.ids.const_data_ptr<int64_t>()[i], static_cast<int>(batch.labels.const_data_ptr<int64_t>()[i]),
                              absl::MakeConstSpan(scores.const_data_ptr<float>() + i * classes, classes));
  }
  features->values.insert(features->values.end(), rows.const_data_ptr<float>(), rows.const_data_ptr<float>() + rows.numel());
}

absl::Status AddAllBatches(const BuiltModel& model, DecodingBatchSource& batches, LayerFeatures* features) {
  const c10::InferenceMode inference;
  model.classifier->eval();
  features->values.reserve(batches.samples_per_epoch() * features->columns);
  MICA_RETURN_IF_ERROR(batches.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
  for (Batch batch;;) {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, batches.Next(&batch));
    if (!there_is_one) return absl::OkStatus();
    at::Tensor rows;
    const at::Tensor logits =
        model.classifier->ForwardWatched(batch.images.to(model.device), [&](const std::string& layer, const at::Tensor& output) {
          if (layer == features->layer) rows = RowsOf(output, features->is_averaged);
        });
    AddBatch(batch, rows, logits, features);
  }
}

}  // namespace

absl::StatusOr<LayerFeatures> FeaturesOfLayer(const ModelSubject& subject, const DatasetIndex& index, const std::vector<int64_t>& ids,
                                              const std::string& layer) {
  Experiment clean = subject.experiment;  // one view of each sample
  clean.mutable_evaluation()->clear_test_time_augmentation();
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<DecodingBatchSource> batches, PredictionBatches(clean, index, ids));
  const ImageShape shape = batches->image_shape();
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(subject.experiment, shape, subject.num_classes));
  MICA_ASSIGN_OR_RETURN(const ChosenLayer chosen, ChooseFeatureLayer(inferred.layers, layer, subject.name));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModelOf(subject, shape));
  const LayerShape& output = chosen.layer->output;
  LayerFeatures features;
  features.layer = chosen.layer->name;
  features.kind = chosen.layer->kind;
  features.why = chosen.why;
  features.shape = output.ToString();
  features.is_averaged = IsAveraged(output);
  features.columns = FeatureColumns(output);
  features.predictions = PredictionTable(subject.num_classes);
  absl::Status source_status;
  MICA_RETURN_IF_ERROR(GuardTorch("computing a layer's outputs", [&] { source_status = AddAllBatches(model, *batches, &features); }));
  MICA_RETURN_IF_ERROR(source_status);
  features.failed = batches->failed();
  return features;
}

}  // namespace mica
