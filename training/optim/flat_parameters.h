// All trainable parameters of a model in one buffer, and their gradients in another. An optimizer
// step is then one kernel over one array for each group of parameters.
//   FlatParameters parameters(model);
//   parameters.ZeroGradients();
//   loss.backward();
//   const at::Tensor norm = parameters.GradientNorm();
// The model's parameters and their .grad become views of the buffers. So never call
// Module::zero_grad() or Module::to(dtype or device) afterwards: both would detach the views.
// Convolution weights are laid out channels_last, as the convolutions want them.
#ifndef MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_
#define MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/torch/named_tensor.h"
#include "training/optim/parameter_groups.h"

namespace torch::nn {
class Module;
}

namespace mica {

// Parameters that are trained alike.
struct ParameterGroup {
  std::string name;  // as in the plan
  double learning_rate_factor = 1;
  std::optional<double> weight_decay;   // none: the optimizer's
  int64_t first_step = 0;               // of the run, from 0; before it they are frozen
  std::vector<std::string> parameters;  // their names

  // f32 [n], the ranges of the buffers that begin at `offset`; n is a multiple of 16.
  int64_t offset = 0;
  at::Tensor values, gradients;
};

// Single-thread.
class FlatParameters {
 public:
  // Takes every parameter with requires_grad; without a plan they are one group. There must be at
  // least one, and all must be f32 on one device, which becomes the buffers'. A plan
  // (parameter_groups.h) must have each of the module's parameters. Those that never train lose
  // requires_grad and are in no group here; only their memory layout becomes channels_last.
  explicit FlatParameters(torch::nn::Module& module, absl::Span<const PlannedGroup> plan = {});

  // Of step `step` of the run, from 0: lets the groups train whose first step has come, and freezes
  // the others, which then get no gradients. To be called before the first step of each epoch; else
  // it is as at step 0.
  void FreezeForStep(int64_t step);

  // f32 [n]. n is a little above the number of parameters, because each parameter begins at a cache
  // line and fills up its last one. The gaps are zero, and no optimizer moves them.
  const at::Tensor& values() const { return values_; }
  const at::Tensor& gradients() const { return gradients_; }

  // By first_step, then in the order of the plan.
  const std::vector<ParameterGroup>& groups() const { return groups_; }

  // A new buffer of zeros like values().
  at::Tensor NewBuffer() const;

  // Each parameter's part of such a buffer, with the parameter's name and shape.
  std::vector<NamedTensor> Split(const at::Tensor& buffer) const;

  // Those of groups that do not train yet are zero and stay so.
  void ZeroGradients();

  // L2 norm over the gradients of all groups that train, f32 []. NaN or infinite if one of them is.
  at::Tensor GradientNorm() const;

 private:
  struct Piece {
    std::string name;
    int64_t offset;
    std::vector<int64_t> sizes, strides;
    at::Tensor parameter;
  };
  void AddGroup(torch::nn::Module& module, const PlannedGroup& planned, const std::function<bool(const std::string&)>& has);
  void MakeBuffers(const at::TensorOptions& options);
  at::Tensor View(const at::Tensor& buffer, const Piece& piece) const;

  std::vector<Piece> pieces_;  // by offset
  std::vector<ParameterGroup> groups_;
  int64_t size_ = 0;
  at::Tensor values_;
  at::Tensor gradients_;
  at::Tensor active_gradients_;  // the part of groups that train
};

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_
