// One optimizer step: forward, backward, clip, update.
//   TrainStep train_step({*model, parameters, *optimizer, {&supervised}}, options);
//   MICA_ASSIGN_OR_RETURN(const StepResult result, train_step.Take(batch, clock, learning_rate));
#ifndef MICA_TRAINING_LOOP_TRAIN_STEP_H_
#define MICA_TRAINING_LOOP_TRAIN_STEP_H_

#include <c10/core/Device.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/batch/batch.h"
#include "models/classifier.h"
#include "training/loss/loss_term.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.h"

namespace mica {

struct StepResult {
  double loss = 0;              // sum of the terms
  double grad_norm = 0;         // before clipping
  int64_t correct = 0;          // correctly predicted samples of the batch
  std::vector<double> scalars;  // of the terms, in their order

  bool finite() const { return std::isfinite(loss) && std::isfinite(grad_norm); }
};

// Single-thread.
class TrainStep {
 public:
  struct Parts {  // borrowed
    Classifier& model;
    FlatParameters& parameters;    // of the model
    Optimizer& optimizer;          // over the parameters
    std::vector<LossTerm*> terms;  // their sum is minimised
  };
  struct Options {
    uint64_t seed = 0;
    c10::Device device = c10::kCPU;
    std::optional<double> clip_gradient_norm;
  };

  TrainStep(Parts parts, const Options& options) : parts_(std::move(parts)), options_(options) {}

  // Seeds torch's generator by (seed, step), so that dropout does not depend on earlier draws. If
  // loss or gradient is not finite, the weights stay as they are; the caller decides what follows.
  absl::StatusOr<StepResult> Take(const Batch& batch, const StepClock& clock, double learning_rate);

 private:
  absl::StatusOr<std::vector<TermValue>> Forward(const Batch& batch, const StepClock& clock);
  absl::StatusOr<StepResult> Compute(const Batch& batch, const StepClock& clock, double learning_rate);

  const Parts parts_;
  const Options options_;
};

// The results of a step, still on the device; f32 [] unless said otherwise.
struct StepTensors {
  at::Tensor loss, grad_norm;
  std::vector<at::Tensor> scalars;
  at::Tensor logits;  // f32 [N,C]; undefined: no running accuracy
  at::Tensor labels;  // i64 [N]
};

// ReadInOneTransfer copies everything at once, because each transfer stalls a GPU. ReadOnCpu
// returns the same and is faster on the CPU. Take chooses.
StepResult ReadInOneTransfer(const StepTensors& tensors);
StepResult ReadOnCpu(const StepTensors& tensors);

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_STEP_H_
