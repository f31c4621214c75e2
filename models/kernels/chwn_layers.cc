#include "models/kernels/chwn_layers.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

#include "models/kernels/chwn_kernels.h"

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

namespace mica {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Neither copies if the memory is already in that order.
at::Tensor ToChwn(const at::Tensor& images) {
  return images.permute({1, 2, 3, 0}).contiguous();
}
at::Tensor FromChwn(const at::Tensor& images) {
  return images.permute({3, 0, 1, 2});
}

// Whether a function of these must be ready for a backward pass.
bool NeedsGradient(std::initializer_list<at::Tensor> tensors) {
  return at::GradMode::is_enabled() &&
         std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor& tensor) { return tensor.defined() && tensor.requires_grad(); });
}

template <typename Work>
void SplitRows(int64_t rows, Work work) {
  at::parallel_for(0, rows, /*grain_size=*/1, [&](int64_t begin, int64_t end) { work(ChwnRange{begin, end}); });
}

// `input` [C,H,W,N], `weight` [C,K,K,O], bias [O] or undefined.
at::Tensor Convolve(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t padding, bool relu) {
  const ChwnConvolution shape{input.size(3), input.size(0), input.size(1), input.size(2), weight.size(3), weight.size(1), padding, relu};
  at::Tensor output = at::empty({shape.out_channels, shape.out_height(), shape.out_width(), shape.batch}, input.options());
  const float* const bias_values = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
  SplitRows(shape.out_height(), [&](ChwnRange rows) {
    FindChwnKernels()->convolve(shape, input.const_data_ptr<float>(), weight.const_data_ptr<float>(), bias_values,
                                output.mutable_data_ptr<float>(), rows);
  });
  return output;
}

// [C,K,K,O]; `input` [C,H,W,N], `grad_output` [O,H',W',N].
at::Tensor WeightGradient(const at::Tensor& input, const at::Tensor& grad_output, int64_t kernel_size, int64_t padding) {
  const ChwnConvolution shape{input.size(3), input.size(0), input.size(1), input.size(2), grad_output.size(0), kernel_size, padding};
  const at::Tensor sums =
      at::zeros({at::get_num_threads(), shape.in_channels, kernel_size, kernel_size, shape.out_channels, kChwnLanes}, input.options());
  float* const first_sums = sums.mutable_data_ptr<float>();
  SplitRows(shape.out_height(), [&](ChwnRange rows) {
    FindChwnKernels()->add_weight_gradient(shape, input.const_data_ptr<float>(), grad_output.const_data_ptr<float>(),
                                           first_sums + at::get_thread_num() * sums.stride(0), rows);
  });
  return sums.sum(at::IntArrayRef{0, 5});
}

at::Tensor ConvolveImages(const at::Tensor& chwn, const at::Tensor& weight, const at::Tensor& bias, int64_t padding, bool relu) {
  return FromChwn(Convolve(chwn, weight.permute({1, 2, 3, 0}).contiguous(), bias.defined() ? bias.contiguous() : bias, padding, relu));
}

void CheckArguments(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding) {
  const auto is_float = [](const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat; };
  TORCH_CHECK(FitsChwn(images), "images ", images.sizes(), " do not fit CHWN");
  TORCH_CHECK(weight.dim() == 4 && is_float(weight) && weight.size(1) == images.size(1) && weight.size(2) == weight.size(3), "weight ",
              weight.sizes(), " for images ", images.sizes());
  TORCH_CHECK(!bias.defined() || (bias.dim() == 1 && is_float(bias) && bias.size(0) == weight.size(0)), "bias for weight ", weight.sizes());
  const int64_t kernel_size = weight.size(2), smallest_side = std::min(images.size(2), images.size(3));
  TORCH_CHECK(0 <= padding && padding < kernel_size && kernel_size <= smallest_side + 2 * padding, "padding ", padding, " for weight ",
              weight.sizes(), " and images ", images.sizes());
}

class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias, int64_t padding) {
    const at::Tensor input = ToChwn(images);
    context->save_for_backward({input, weight});
    context->saved_data["padding"] = padding;
    context->saved_data["has_bias"] = bias.has_value();
    return ConvolveImages(input, weight, bias.value_or(at::Tensor()), padding, /*relu=*/false);
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1];
    const int64_t kernel_size = weight.size(2), padding = context->saved_data["padding"].toInt();
    const at::Tensor grad_output = ToChwn(gradients[0]);
    at::Tensor grad_images, grad_bias;
    if (context->needs_input_grad(0)) {
      // The transposed convolution: kernels rotated by 180 degrees, channels in and out swapped.
      const at::Tensor turned = weight.flip({2, 3}).permute({0, 2, 3, 1}).contiguous();
      grad_images = FromChwn(Convolve(grad_output, turned, at::Tensor(), kernel_size - 1 - padding, /*relu=*/false));
    }
    const at::Tensor grad_weight = WeightGradient(input, grad_output, kernel_size, padding).permute({3, 0, 1, 2});
    if (context->saved_data["has_bias"].toBool()) grad_bias = grad_output.sum(at::IntArrayRef{1, 2, 3});
    return {grad_images, grad_weight, grad_bias, at::Tensor()};
  }
};

ChwnMaxPool PoolShape(at::IntArrayRef chwn_sizes, int64_t window) {
  return {chwn_sizes[3], chwn_sizes[0], chwn_sizes[1], chwn_sizes[2], window};
}

// [C,H/window,W/window,N] of `input` [C,H,W,N]. `winner`, i32 of the same shape, becomes the index
// of each value's pixel in its window; it may be null.
at::Tensor MaxPool(const at::Tensor& input, int64_t window, at::Tensor* winner) {
  const ChwnMaxPool shape = PoolShape(input.sizes(), window);
  at::Tensor output = at::empty({shape.channels, shape.out_height(), shape.out_width(), shape.batch}, input.options());
  if (winner != nullptr) *winner = at::empty(output.sizes(), input.options().dtype(at::kInt));
  int32_t* const winner_values = winner == nullptr ? nullptr : winner->mutable_data_ptr<int32_t>();
  SplitRows(shape.out_height(), [&](ChwnRange rows) {
    FindChwnKernels()->max_pool(shape, input.const_data_ptr<float>(), output.mutable_data_ptr<float>(), winner_values, rows);
  });
  return output;
}

class MaxPooling : public torch::autograd::Function<MaxPooling> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, int64_t window) {
    const at::Tensor input = ToChwn(images);
    at::Tensor winner;
    const at::Tensor output = MaxPool(input, window, &winner);
    context->save_for_backward({winner});
    context->saved_data["sizes"] = input.sizes().vec();
    context->saved_data["window"] = window;
    return FromChwn(output);
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const at::Tensor winner = context->get_saved_variables()[0];
    const std::vector<int64_t> sizes = context->saved_data["sizes"].toIntVector();
    const ChwnMaxPool shape = PoolShape(sizes, context->saved_data["window"].toInt());
    const at::Tensor grad_output = ToChwn(gradients[0]);
    const bool windows_cover_all = shape.in_height % shape.window == 0 && shape.in_width % shape.window == 0;
    at::Tensor grad_input = windows_cover_all ? at::empty(sizes, grad_output.options()) : at::zeros(sizes, grad_output.options());
    SplitRows(shape.out_height(), [&](ChwnRange rows) {
      FindChwnKernels()->max_pool_gradient(shape, grad_output.const_data_ptr<float>(), winner.const_data_ptr<int32_t>(),
                                           grad_input.mutable_data_ptr<float>(), rows);
    });
    return {FromChwn(grad_input), at::Tensor()};
  }
};

}  // namespace

bool FitsChwn(const at::Tensor& images) {
  return images.dim() == 4 && images.size(0) > 0 && images.size(0) % kChwnLanes == 0 && images.is_cpu() &&
         images.scalar_type() == at::kFloat && FindChwnKernels() != nullptr;
}

bool IsChwn(const at::Tensor& images) {
  return FitsChwn(images) && images.permute({1, 2, 3, 0}).is_contiguous();
}

at::Tensor ChwnConv2d(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding) {
  CheckArguments(images, weight, bias, padding);
  if (!NeedsGradient({images, weight, bias})) return ConvolveImages(ToChwn(images), weight, bias, padding, /*relu=*/false);
  return Convolution::apply(images, weight, bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt, padding);
}

at::Tensor ChwnConv2dRelu(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding) {
  CheckArguments(images, weight, bias, padding);
  TORCH_CHECK(!NeedsGradient({images, weight, bias}), "a convolution with its ReLU has no gradient");
  return ConvolveImages(ToChwn(images), weight, bias, padding, /*relu=*/true);
}

at::Tensor ChwnMaxPool2d(const at::Tensor& images, int64_t window) {
  TORCH_CHECK(FitsChwn(images) && window > 0, "images ", images.sizes(), " do not fit CHWN, or windows of ", window);
  if (!NeedsGradient({images})) return FromChwn(MaxPool(ToChwn(images), window, /*winner=*/nullptr));
  return MaxPooling::apply(images, window);
}

at::Tensor ChwnAsOneImage(const at::Tensor& images) {
  return ToChwn(images).flatten(2).unsqueeze(0);
}

at::Tensor ChwnFromOneImage(const at::Tensor& image, int64_t batch) {
  return FromChwn(image.squeeze(0).unflatten(2, {image.size(3) / batch, batch}));
}

}  // namespace mica
