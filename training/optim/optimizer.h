// Optimizers: how gradients move the weights. A thin class over one flat buffer (flat_parameters.h) and one kernel: LibTorch's fused one,
// or our own for Adam and AdamW on the CPU (adam_kernel.h). The learning rate comes with each step, from the schedule.
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Optimizer> optimizer, CreateOptimizer(config, &parameters));
//   optimizer->Step(BaseLearningRate(config) * schedule.Factor(step));
// The formulas are those of torch.optim: SGD (dampening, Nesterov), Adam and AdamW.
#ifndef MICA_TRAINING_OPTIM_OPTIMIZER_H_
#define MICA_TRAINING_OPTIM_OPTIMIZER_H_

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

// Single-thread.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Moves the values by the gradients, which stay as they are.
  virtual void Step(double learning_rate) = 0;

  // Buffers shaped like FlatParameters::values(), by name: "momentum", "exp_avg", … Empty where the optimizer keeps nothing. They are the
  // whole state beside the count of steps.
  virtual std::vector<std::pair<std::string, at::Tensor>> State() const = 0;
};

// `parameters` is borrowed and outlives the optimizer. `config` is valid (ValidateOptimizerConfig).
absl::StatusOr<std::unique_ptr<Optimizer>> CreateOptimizer(const OptimizerConfig& config, FlatParameters* parameters);

// learning_rate of the arm that is set.
double BaseLearningRate(const OptimizerConfig& config);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_OPTIMIZER_H_
