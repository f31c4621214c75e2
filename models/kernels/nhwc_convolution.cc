#include "models/kernels/nhwc_convolution.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <optional>
#include <vector>

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

namespace mica {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

bool IsFloatOnCpu(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
}

// Whether the gradient of `weight` is wanted, and mica's own can compute it. oneDNN multiplies matrices
// for kernels of 1x1, which is as fast.
bool HasOwnGradient(const at::Tensor& images, const at::Tensor& weight, int64_t dilation, int64_t groups) {
  return at::GradMode::is_enabled() && weight.requires_grad() && IsFloatOnCpu(images) && IsFloatOnCpu(weight) && images.dim() == 4 &&
         images.numel() > 0 && images.is_contiguous(at::MemoryFormat::ChannelsLast) && weight.dim() == 4 &&
         weight.size(2) == weight.size(3) && weight.size(2) > 1 && dilation == 1 && groups == 1;
}

// As `weight`, channels_last.
at::Tensor WeightGradient(NhwcWeightGradient* kernel, const at::Tensor& images, const at::Tensor& grad_output, const at::Tensor& weight,
                          int64_t stride, int64_t padding) {
  const NhwcConvolution shape = {images.size(0), images.size(1), images.size(2), images.size(3),
                                 weight.size(0), weight.size(2), stride,         padding};
  at::Tensor gradient = at::zeros({weight.size(0), weight.size(2), weight.size(3), weight.size(1)}, weight.options());
  const float *const input = images.const_data_ptr<float>(), *const output = grad_output.const_data_ptr<float>();
  float* const sums = gradient.mutable_data_ptr<float>();
  const std::vector<NhwcWeightPart> parts = DivideWeight(shape, at::get_num_threads());
  at::parallel_for(0, static_cast<int64_t>(parts.size()), /*grain_size=*/1, [&](int64_t begin, int64_t end) {
    const at::Tensor scratch = at::empty({ScratchFloats(shape)}, at::kFloat);
    for (int64_t i = begin; i < end; ++i) {
      kernel(shape, input, output, parts[i], scratch.mutable_data_ptr<float>(), sums);
    }
  });
  return gradient.permute({0, 3, 1, 2});
}

class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static at::Tensor forward(AutogradContext* context, NhwcWeightGradient* kernel, const at::Tensor& images, const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias, int64_t stride, int64_t padding) {
    context->save_for_backward({images, weight});
    context->saved_data["kernel"] = reinterpret_cast<int64_t>(kernel);
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["has_bias"] = bias.has_value();
    return at::conv2d(images, weight, bias, stride, padding);
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &images = saved[0], &weight = saved[1];
    const int64_t stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
    const at::Tensor grad_output = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor grad_images, grad_bias;
    auto* const kernel = reinterpret_cast<NhwcWeightGradient*>(context->saved_data["kernel"].toInt());
    if (context->needs_input_grad(0)) {
      const std::array<int64_t, 2> strides = {stride, stride}, paddings = {padding, padding}, dilations = {1, 1}, none = {0, 0};
      grad_images = std::get<0>(at::convolution_backward(grad_output, images, weight, std::nullopt, strides, paddings, dilations,
                                                         /*transposed=*/false, none, /*groups=*/1, {true, false, false}));
    }
    if (context->saved_data["has_bias"].toBool() && context->needs_input_grad(2)) grad_bias = grad_output.sum(at::IntArrayRef{0, 2, 3});
    return {at::Tensor(), grad_images,  WeightGradient(kernel, images, grad_output, weight, stride, padding),
            grad_bias,    at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor NhwcConv2d(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t stride, int64_t padding,
                      int64_t dilation, int64_t groups) {
  return NhwcConv2dWith(FindNhwcWeightGradient(), images, weight, bias, stride, padding, dilation, groups);
}

at::Tensor NhwcConv2dWith(NhwcWeightGradient* kernel, const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias,
                          int64_t stride, int64_t padding, int64_t dilation, int64_t groups) {
  const std::optional<at::Tensor> maybe_bias = bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  if (kernel == nullptr || !HasOwnGradient(images, weight, dilation, groups))
    return at::conv2d(images, weight, maybe_bias, stride, padding, dilation, groups);
  return Convolution::apply(kernel, images, weight, maybe_bias, stride, padding);
}

}  // namespace mica
