#include "training/loop/train_step.h"

#include <ATen/Context.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"

namespace mica {
namespace {

int64_t CountCorrect(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor scores = logits.detach().contiguous();
  const auto* row = scores.const_data_ptr<float>();
  const auto* label = labels.const_data_ptr<int64_t>();
  const int64_t classes = scores.size(1);
  int64_t correct = 0;
  for (int64_t i = 0; i < scores.size(0); ++i, row += classes) correct += std::max_element(row, row + classes) - row == label[i];
  return correct;
}

// The factor that shortens a gradient of this norm to `max_norm`, as torch.nn.utils.clip_grad_norm_
// does.
double ClipFactor(double norm, double max_norm) {
  return std::min(1.0, max_norm / (norm + 1e-6));
}

}  // namespace

StepResult ReadOnCpu(const StepTensors& tensors) {
  StepResult result;
  result.loss = tensors.loss.item<double>();
  result.grad_norm = tensors.grad_norm.item<double>();
  for (const at::Tensor& scalar : tensors.scalars) result.scalars.push_back(scalar.item<double>());
  if (tensors.logits.defined()) result.correct = CountCorrect(tensors.logits, tensors.labels);
  return result;
}

StepResult ReadInOneTransfer(const StepTensors& tensors) {
  std::vector<at::Tensor> numbers = {tensors.loss, tensors.grad_norm, at::zeros({}, tensors.loss.options())};
  if (tensors.logits.defined()) numbers[2] = tensors.logits.argmax(1).eq(tensors.labels).sum();
  numbers.insert(numbers.end(), tensors.scalars.begin(), tensors.scalars.end());
  for (at::Tensor& number : numbers) number = number.detach().to(at::kDouble);
  const at::Tensor read = at::stack(numbers).to(at::kCPU);
  const auto* values = read.const_data_ptr<double>();
  StepResult result;
  result.loss = values[0];
  result.grad_norm = values[1];
  result.correct = static_cast<int64_t>(values[2]);
  result.scalars.assign(values + 3, values + read.numel());
  return result;
}

absl::StatusOr<std::vector<TermValue>> TrainStep::Forward(const Batch& batch, const StepClock& clock) {
  std::vector<at::Tensor> images;
  for (LossTerm* term : parts_.terms) {
    MICA_ASSIGN_OR_RETURN(images.emplace_back(), term->Images(batch, clock));
  }
  const at::Tensor logits = parts_.model.forward(images.size() == 1 ? images[0] : at::cat(images));
  std::vector<TermValue> values;
  int64_t begin = 0;
  for (size_t i = 0; i < parts_.terms.size(); ++i) {
    const int64_t rows = images[i].size(0);
    values.push_back(parts_.terms[i]->Compute(rows == logits.size(0) ? logits : logits.narrow(0, begin, rows), batch, clock));
    begin += rows;
  }
  return values;
}

absl::StatusOr<StepResult> TrainStep::Compute(const Batch& batch, const StepClock& clock, double learning_rate) {
  at::manual_seed(StepSeed(options_.seed, RngStream::kTrainStep, clock.step));
  const Batch on_device = batch.To(options_.device);
  parts_.parameters.ZeroGradients();
  MICA_ASSIGN_OR_RETURN(const std::vector<TermValue> values, Forward(on_device, clock));
  StepTensors tensors;
  tensors.labels = on_device.labels;
  for (const TermValue& value : values) {
    tensors.loss = tensors.loss.defined() ? tensors.loss + value.loss : value.loss;
    if (value.logits.defined()) tensors.logits = value.logits;
    tensors.scalars.insert(tensors.scalars.end(), value.scalars.begin(), value.scalars.end());
  }
  tensors.loss.backward();
  tensors.grad_norm = parts_.parameters.GradientNorm();
  StepResult result = options_.device.is_cpu() ? ReadOnCpu(tensors) : ReadInOneTransfer(tensors);
  if (!result.finite()) return result;

  UpdateScalars scalars;
  scalars.learning_rate = learning_rate;
  if (options_.clip_gradient_norm.has_value()) scalars.gradient_factor = ClipFactor(result.grad_norm, *options_.clip_gradient_norm);
  scalars.update = clock.step + 1;
  parts_.optimizer.Step(scalars);
  return result;
}

absl::StatusOr<StepResult> TrainStep::Take(const Batch& batch, const StepClock& clock, double learning_rate) {
  absl::StatusOr<StepResult> result = absl::InternalError("the step was not taken");
  MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("training step ", clock.step + 1), [&] { result = Compute(batch, clock, learning_rate); }));
  return result;
}

}  // namespace mica
