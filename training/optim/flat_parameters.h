// All trainable parameters of a model in one buffer, and their gradients in another: an optimizer step is then one kernel over one array.
//   FlatParameters parameters(model);
//   parameters.ZeroGradients();
//   loss.backward();
//   const double norm = parameters.GradientNorm();
// The model's parameters and their .grad become views of the buffers. So never call Module::zero_grad() or Module::to(dtype or device)
// afterwards: both would detach the views. Convolution weights are laid out channels_last, which the convolutions want.
#ifndef MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_
#define MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace torch::nn {
class Module;
}

namespace mica {

// Single-thread. There is at least one parameter, and every one is f32, trainable and on one device, which
// becomes the buffers'.
class FlatParameters {
 public:
  explicit FlatParameters(torch::nn::Module& module);

  // f32 [n]; n is a little above the number of parameters, because each begins at a cache line and fills up its last one: n is a multiple
  // of 16. The gaps are zero and stay it.
  const at::Tensor& values() const { return values_; }
  const at::Tensor& gradients() const { return gradients_; }

  // A new buffer of zeros like values().
  at::Tensor NewBuffer() const;

  // The part of such a buffer that belongs to each parameter, with the parameter's name and shape.
  std::vector<std::pair<std::string, at::Tensor>> Split(const at::Tensor& buffer) const;

  void ZeroGradients();

  // L2 norm over all gradients; NaN or infinity if one of them is.
  double GradientNorm() const;

  // Scales the gradients to norm `longest` if `norm`, the present one, is longer: times longest / (norm + 1e-6).
  void ClipGradients(double norm, double longest);

 private:
  struct Piece {
    std::string name;
    int64_t offset;
    std::vector<int64_t> sizes, strides;
  };
  at::Tensor View(const at::Tensor& buffer, const Piece& piece) const;

  std::vector<Piece> pieces_;
  at::Tensor values_;
  at::Tensor gradients_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_FLAT_PARAMETERS_H_
