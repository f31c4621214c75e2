#include "eval/evaluator/evaluator.h"

#include <torch/utils.h>

#include "base/status_macros.h"
#include "base/torch_guard.h"

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

}  // namespace

absl::StatusOr<PredictionTable> Evaluate(Classifier& model, BatchSource& source, int num_classes, c10::Device device) {
  PredictionTable predictions(num_classes);
  predictions.Reserve(source.samples_per_epoch());
  const bool was_training = model.is_training();
  model.eval();
  const absl::Status status = GuardTorch("evaluating", [&] {
    const torch::NoGradGuard no_gradients;
    source.StartEpoch(1);
    for (Batch batch; source.Next(&batch);) AddBatch(batch, model.forward(batch.images.to(device)), &predictions);
  });
  model.train(was_training);
  MICA_RETURN_IF_ERROR(status);
  return predictions;
}

}  // namespace mica
