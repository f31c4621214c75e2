#include "eval/evaluator/evaluator.h"

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <c10/core/InferenceMode.h>
#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/elapsed.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "eval/metrics/merged_predictions.h"

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

namespace mica {
namespace {

void AddBatch(const Batch& batch, const at::Tensor& logits, PredictionTable* predictions) {
  const at::Tensor scores = logits.contiguous();
  const auto* labels = batch.labels.const_data_ptr<int64_t>();
  const auto* ids = batch.ids.const_data_ptr<int64_t>();
  const int64_t classes = scores.size(1);
  for (int64_t i = 0; i < batch.size(); ++i) {
    predictions->Add(ids[i], static_cast<int>(labels[i]), absl::MakeConstSpan(scores.const_data_ptr<float>() + i * classes, classes));
  }
}

// Forward passes of a few images, whose activations stay in a processor's cache, side by side on
// all threads. An image's logits do not depend on the others: in evaluation mode no layer mixes
// them.
at::Tensor LogitsOnCpu(Classifier& model, const at::Tensor& images) {
  const int64_t batch = images.size(0), passes = (batch + kImagesOfCpuPass - 1) / kImagesOfCpuPass;
  std::vector<at::Tensor> logits(passes);
  at::parallel_for(0, passes, /*grain_size=*/1, [&](int64_t begin, int64_t end) {
    const c10::InferenceMode inference;  // of this thread
    for (int64_t pass = begin; pass < end; ++pass) {
      const int64_t first = pass * kImagesOfCpuPass;
      logits[pass] = model.forward(images.narrow(0, first, std::min(kImagesOfCpuPass, batch - first)));
    }
  });
  return at::cat(logits);
}

at::Tensor Logits(Classifier& model, const at::Tensor& images, c10::Device device) {
  if (device.is_cpu()) return LogitsOnCpu(model, images);
  return model.forward(images.to(device)).to(at::kCPU);
}

// `views` holds one empty table; there are as many as the batches have views, afterwards.
absl::Status AddAllBatches(Classifier& model, BatchSource& source, c10::Device device, std::vector<PredictionTable>* views) {
  const c10::InferenceMode inference;
  MICA_RETURN_IF_ERROR(source.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
  for (Batch batch;;) {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, source.Next(&batch));
    if (!there_is_one) return absl::OkStatus();
    views->resize(1 + batch.more_views.size(), views->front());
    AddBatch(batch, Logits(model, batch.images, device), &views->front());
    for (size_t i = 0; i < batch.more_views.size(); ++i) AddBatch(batch, Logits(model, batch.more_views[i], device), &(*views)[i + 1]);
  }
}

}  // namespace

absl::StatusOr<PredictionTable> Evaluate(Classifier& model, BatchSource& source, int num_classes, c10::Device device) {
  MICA_ASSIGN_OR_RETURN(std::vector<PredictionTable> views, EvaluateViews(model, source, num_classes, device));
  return views.size() == 1 ? std::move(views.front()) : MergePredictions(views);
}

absl::StatusOr<std::vector<PredictionTable>> EvaluateViews(Classifier& model, BatchSource& source, int num_classes, c10::Device device) {
  std::vector<PredictionTable> views(1, PredictionTable(num_classes));
  views.front().Reserve(source.samples_per_epoch());
  const auto start = std::chrono::steady_clock::now();
  const bool was_training = model.is_training();
  model.eval();
  absl::Status source_status;
  const absl::Status status = GuardTorch("evaluating", [&] { source_status = AddAllBatches(model, source, device, &views); });
  model.train(was_training);
  MICA_RETURN_IF_ERROR(status);
  MICA_RETURN_IF_ERROR(source_status);
  VLOG(1) << "evaluated samples=" << views.front().size() << " views=" << views.size() << " seconds=" << ElapsedSeconds(start);
  return views;
}

}  // namespace mica
