// Optimizers: how gradients move the weights. A thin class over flat buffers (flat_parameters.h) and one
// kernel a group of parameters: LibTorch's fused one, or our own for Adam and AdamW on the CPU
// (adam_kernel.h).
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Optimizer> optimizer, CreateOptimizer(config, &parameters));
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
#include "base/named_tensor.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

// What the optimizer learns of a step.
struct UpdateScalars {
  double learning_rate = 0;    // a group's factor comes on top
  double gradient_factor = 1;  // every gradient counts times this: clipping
  int64_t update = 1;          // updates of the run, this one included; from 1
};

// Single-thread. Keeps nothing but its State(): with that restored and `update` going on, a run that was
// interrupted continues to the bit.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Moves the values by the gradients, which may be scaled in place.
  virtual void Step(const UpdateScalars& scalars) = 0;

  // A tensor for each parameter and each thing that is remembered of it: "momentum.fc.weight", shaped like
  // the parameter. They share memory with the optimizer. Empty where it remembers nothing.
  virtual std::vector<NamedTensor> State() const = 0;
};

// `parameters` is borrowed and outlives the optimizer. `config` is valid (ValidateOptimizerConfig).
absl::StatusOr<std::unique_ptr<Optimizer>> CreateOptimizer(const OptimizerConfig& config, FlatParameters* parameters);

// learning_rate of the arm that is set.
double BaseLearningRate(const OptimizerConfig& config);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_OPTIMIZER_H_
