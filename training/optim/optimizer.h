// Optimizers: how gradients move the weights. A thin class over flat buffers (flat_parameters.h),
// with one kernel per group of parameters: LibTorch's fused one, or our own for Adam and AdamW on
// the CPU (adam_kernel.h).
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Optimizer> optimizer,
//                         CreateOptimizer(config, &parameters));
//   UpdateScalars scalars;
//   scalars.learning_rate = BaseLearningRate(config) * schedule.Factor(step);
//   scalars.update = step + 1;
//   optimizer->Step(scalars);
// The formulas are those of torch.optim: SGD (dampening, Nesterov), Adam and AdamW.
#ifndef MICA_TRAINING_OPTIM_OPTIMIZER_H_
#define MICA_TRAINING_OPTIM_OPTIMIZER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/torch/named_tensor.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

// What an optimizer needs to know of a step.
struct UpdateScalars {
  double learning_rate = 0;    // groups multiply it by their factor
  double gradient_factor = 1;  // multiplies every gradient, for clipping
  // Number of this update in the run, from 1. A group whose first_step is later stays as it is; one
  // that began later counts from its own first.
  int64_t update = 1;
};

// Single-thread. Remembers nothing but its State(). An interrupted run that restores it and
// continues to count `update` goes on to the bit.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Moves the values by the gradients; may scale the gradients in place.
  virtual void Step(const UpdateScalars& scalars) = 0;

  // A tensor for each parameter and each thing remembered of it: "momentum.fc.weight", shaped like
  // the parameter. They share memory with the optimizer. Empty if it remembers nothing.
  virtual std::vector<NamedTensor> State() const = 0;
};

// `parameters` is borrowed and must outlive the optimizer. `config` must be valid
// (ValidateOptimizerConfig).
absl::StatusOr<std::unique_ptr<Optimizer>> CreateOptimizer(const OptimizerConfig& config, FlatParameters* parameters);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_OPTIMIZER_H_
