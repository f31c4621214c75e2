#include "eval/evaluator/evaluator.h"

#include <torch/utils.h>

#include "base/status_macros.h"
#include "base/torch/torch_guard.h"

namespace mica {
namespace {

void AddBatch(const Batch& batch, const at::Tensor& logits, PredictionTable* predictions) {
  const at::Tensor scores = logits.to(at::kCPU).contiguous();
  const auto* labels = batch.labels.const_data_ptr<int64_t>();
  const auto* ids = batch.ids.const_data_ptr<int64_t>();
  const int64_t classes = scores.size(1);
  for (int64_t i = 0; i < batch.size(); ++i) {
    predictions->Add(ids[i], static_cast<int>(labels[i]), absl::MakeConstSpan(scores.const_data_ptr<float>() + i * classes, classes));
  }
}

absl::Status AddAllBatches(Classifier& model, BatchSource& source, c10::Device device, PredictionTable* predictions) {
  const torch::NoGradGuard no_gradients;
  MICA_RETURN_IF_ERROR(source.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
  for (Batch batch;;) {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, source.Next(&batch));
    if (!there_is_one) return absl::OkStatus();
    AddBatch(batch, model.forward(batch.images.to(device)), predictions);
  }
}

}  // namespace

absl::StatusOr<PredictionTable> Evaluate(Classifier& model, BatchSource& source, int num_classes, c10::Device device) {
  PredictionTable predictions(num_classes);
  predictions.Reserve(source.samples_per_epoch());
  const bool was_training = model.is_training();
  model.eval();
  absl::Status source_status;
  const absl::Status status = GuardTorch("evaluating", [&] { source_status = AddAllBatches(model, source, device, &predictions); });
  model.train(was_training);
  MICA_RETURN_IF_ERROR(status);
  MICA_RETURN_IF_ERROR(source_status);
  return predictions;
}

}  // namespace mica
