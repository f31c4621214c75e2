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

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/torch/named_tensor.h"

namespace torch::nn {
class Module;
}

namespace mica {

// Sets some parameters apart from the rest.
struct ParameterRule {
  std::string group;  // its name

  // Parts of parameter names: "fc" for fc and fc.weight, not for fc2.weight.
  std::vector<std::string> prefixes;
  double learning_rate_factor = 1;     // times the run's learning rate
  std::optional<double> weight_decay;  // none: the optimizer's
};

// Parameters that are trained alike.
struct ParameterGroup {
  std::string name;  // empty for the parameters that no rule names
  double learning_rate_factor = 1;
  std::optional<double> weight_decay;
  std::vector<std::string> parameters;  // their names

  // f32 [n], the ranges of the buffers that begin at `offset`; n is a multiple of 16.
  int64_t offset = 0;
  at::Tensor values, gradients;
};

// Single-thread.
class FlatParameters {
 public:
  // Takes every parameter with requires_grad. There must be at least one, and all must be f32 on
  // one device, which becomes the buffers'. Frozen parameters are in no group and stay as they are.
  // The first rule with a matching prefix decides.
  explicit FlatParameters(torch::nn::Module& module, absl::Span<const ParameterRule> rules = {});

  // f32 [n]. n is a little above the number of parameters, because each parameter begins at a cache
  // line and fills up its last one. The gaps are zero, and no optimizer moves them.
  const at::Tensor& values() const { return values_; }
  const at::Tensor& gradients() const { return gradients_; }

  // The parameters without a rule, then a group for each rule that matches any.
  const std::vector<ParameterGroup>& groups() const { return groups_; }

  // A new buffer of zeros like values().
  at::Tensor NewBuffer() const;

  // Each parameter's part of such a buffer, with the parameter's name and shape.
  std::vector<NamedTensor> Split(const at::Tensor& buffer) const;

  void ZeroGradients();

  // L2 norm over all gradients, f32 []. NaN or infinite if one of them is.
  at::Tensor GradientNorm() const;

 private:
  struct Piece {
    std::string name;
    int64_t offset;
    std::vector<int64_t> sizes, strides;
  };
  at::Tensor View(const at::Tensor& buffer, const Piece& piece) const;

  std::vector<Piece> pieces_;  // by offset
  std::vector<ParameterGroup> groups_;
  at::Tensor values_;
  at::Tensor gradients_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_
