#include "models/kernels/fused_batch_norm.h"

#include <ATen/Parallel.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "models/kernels/batch_norm_kernels.h"

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

namespace mica {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// A thread gets at least as many numbers as LibTorch's operations give one.
constexpr int64_t kFewestFloats = 32768;

at::MemoryFormat ChannelsInnermost(const at::Tensor& tensor) {
  return tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

bool FitsKernels(const at::Tensor& input) {
  return input.is_cpu() && input.scalar_type() == at::kFloat && (input.dim() == 2 || input.dim() == 4) &&
         input.is_contiguous(ChannelsInnermost(input));
}

BatchNormSlices SlicesOf(const at::Tensor& input) {
  return {input.numel() / input.size(1), input.size(1)};
}

// Calls work(slice, offset of its first number) for all. `backwards` begins with the last: it is
// what the caches still hold after a look at all slices.
template <typename Work>
void ForEachSlice(const BatchNormSlices& slices, bool backwards, Work work) {
  const int64_t floats = slices.rows_each * slices.channels;
  at::parallel_for(0, slices.count, /*grain_size=*/std::max<int64_t>(1, kFewestFloats / floats), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t slice = backwards ? slices.count - 1 - i : i;
      work(slice, slice * floats);
    }
  });
}

// Moves running statistics as LibTorch does.
void Move(const at::Tensor& running, const std::vector<double>& towards, double factor, double momentum) {
  float* const values = running.mutable_data_ptr<float>();
  for (size_t c = 0; c < towards.size(); ++c) {
    values[c] = static_cast<float>(momentum * towards[c] * factor + (1 - momentum) * values[c]);
  }
  running.unsafeGetTensorImpl()->bump_version();
}

struct Statistics {
  at::Tensor mean, inverse_deviation;  // f32 [C], of the batch
};

Statistics BatchStatistics(const at::Tensor& input, const at::Tensor& running_mean, const at::Tensor& running_var, double momentum,
                           double epsilon) {
  const BatchNormSlices slices = SlicesOf(input);
  const int64_t channels = slices.channels;
  const at::Tensor moments = at::empty({slices.count, 2, channels}, input.options().memory_format(std::nullopt));
  const float* const in = input.const_data_ptr<float>();
  float* const parts = moments.mutable_data_ptr<float>();
  ForEachSlice(slices, /*backwards=*/false, [&](int64_t slice, int64_t offset) {
    float* const mean = parts + slice * 2 * channels;
    FindBatchNormKernels().moments(in + offset, slices.size(slice), channels, mean, mean + channels);
  });
  std::vector<double> mean, variance;
  CombineMoments(slices, parts, &mean, &variance);
  Move(running_mean, mean, 1, momentum);
  Move(running_var, variance, static_cast<double>(slices.rows) / static_cast<double>(slices.rows - 1), momentum);

  Statistics statistics = {at::empty({channels}, input.options()), at::empty({channels}, input.options())};
  for (int64_t c = 0; c < channels; ++c) {
    statistics.mean.mutable_data_ptr<float>()[c] = static_cast<float>(mean[c]);
    statistics.inverse_deviation.mutable_data_ptr<float>()[c] = static_cast<float>(1 / std::sqrt(variance[c] + epsilon));
  }
  return statistics;
}

// The factors of a layer, which last as long as this.
class Factors {
 public:
  Factors(const Statistics& statistics, const at::Tensor& weight, const at::Tensor& bias)
      : mean_(statistics.mean), scale_(statistics.inverse_deviation.mul(weight.detach())), bias_(bias.detach().contiguous()) {}

  BatchNormFactors view() const { return {mean_.const_data_ptr<float>(), scale_.const_data_ptr<float>(), bias_.const_data_ptr<float>()}; }

 private:
  const at::Tensor mean_, scale_, bias_;
};

const float* ValuesOrNull(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}

at::Tensor Normalise(const at::Tensor& input, const Factors& factors, const at::Tensor& residual, bool relu) {
  const BatchNormSlices slices = SlicesOf(input);
  const at::Tensor output = at::empty_like(input);
  const float *const in = input.const_data_ptr<float>(), *const more = ValuesOrNull(residual);
  float* const out = output.mutable_data_ptr<float>();
  ForEachSlice(slices, /*backwards=*/true, [&](int64_t slice, int64_t offset) {
    FindBatchNormKernels().normalise(in + offset, more == nullptr ? nullptr : more + offset, slices.size(slice), slices.channels,
                                     factors.view(), relu, out + offset);
  });
  return output;
}

struct Gradients {
  at::Tensor input, weight, bias, residual;
};

class Backward {
 public:
  // `output` is defined if the layer has a residual and a ReLU.
  Backward(const at::Tensor& input, const at::Tensor& grad_output, const at::Tensor& output, const Statistics& statistics,
           const at::Tensor& weight, const at::Tensor& bias, bool relu)
      : slices_(SlicesOf(input)),
        input_(input),
        grad_output_(grad_output),
        output_(output),
        statistics_(statistics),
        factors_(statistics, weight, bias),
        relu_(relu) {}

  Gradients Run(bool of_input) {
    if (output_.defined()) before_relu_ = at::empty_like(input_);
    const std::vector<double> sums = Sum();
    Gradients gradients;
    gradients.residual = before_relu_.defined() ? before_relu_ : grad_output_;
    gradients.weight = at::empty_like(statistics_.mean);
    gradients.bias = at::empty_like(statistics_.mean);
    const float* const deviation = statistics_.inverse_deviation.const_data_ptr<float>();
    for (int64_t c = 0; c < slices_.channels; ++c) {
      gradients.bias.mutable_data_ptr<float>()[c] = static_cast<float>(sums[c]);
      gradients.weight.mutable_data_ptr<float>()[c] = static_cast<float>(sums[slices_.channels + c] * deviation[c]);
    }
    if (of_input) gradients.input = InputGradient(sums);
    return gradients;
  }

 private:
  // For each channel, of the gradient before the ReLU, and of its products with the input's
  // deviation from the mean.
  std::vector<double> Sum() const {
    const int64_t channels = slices_.channels;
    const at::Tensor sums = at::empty({slices_.count, 2, channels}, input_.options().memory_format(std::nullopt));
    const float *const in = input_.const_data_ptr<float>(), *const from = grad_output_.const_data_ptr<float>();
    const float* const out = ValuesOrNull(output_);
    float *const parts = sums.mutable_data_ptr<float>(), *const to =
                                                             before_relu_.defined() ? before_relu_.mutable_data_ptr<float>() : nullptr;
    ForEachSlice(slices_, /*backwards=*/false, [&](int64_t slice, int64_t offset) {
      float* const sum = parts + slice * 2 * channels;
      FindBatchNormKernels().gradient_sums(in + offset, from + offset, out == nullptr ? nullptr : out + offset, slices_.size(slice),
                                           channels, factors_.view(), relu_, to == nullptr ? nullptr : to + offset, sum, sum + channels);
    });
    return CombineSums(slices_, parts);
  }

  at::Tensor InputGradient(const std::vector<double>& sums) const {
    const int64_t channels = slices_.channels;
    const auto rows = static_cast<double>(slices_.rows);
    std::vector<float> offset_of(channels), slope_of(channels);
    for (int64_t c = 0; c < channels; ++c) {
      const double deviation = statistics_.inverse_deviation.const_data_ptr<float>()[c];
      offset_of[c] = static_cast<float>(sums[c] / rows);
      slope_of[c] = static_cast<float>(sums[channels + c] / rows * deviation * deviation);
    }
    const at::Tensor grad_input = at::empty_like(input_);
    const bool relu = relu_ && !before_relu_.defined();
    const float* const in = input_.const_data_ptr<float>();
    const float* const from = ValuesOrNull(before_relu_.defined() ? before_relu_ : grad_output_);
    float* const to = grad_input.mutable_data_ptr<float>();
    ForEachSlice(slices_, /*backwards=*/true, [&](int64_t slice, int64_t offset) {
      FindBatchNormKernels().input_gradient(in + offset, from + offset, slices_.size(slice), channels, factors_.view(), relu,
                                            offset_of.data(), slope_of.data(), to + offset);
    });
    return grad_input;
  }

  const BatchNormSlices slices_;
  const at::Tensor input_, grad_output_, output_;
  const Statistics statistics_;
  const Factors factors_;
  const bool relu_;
  at::Tensor before_relu_;  // the gradient there, where it has a place of its own
};

class BatchNormFunction : public torch::autograd::Function<BatchNormFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                            const std::optional<at::Tensor>& residual, const Statistics& statistics, bool relu) {
    const at::Tensor output = Normalise(input, Factors(statistics, weight, bias), residual.value_or(at::Tensor()), relu);
    const bool keeps_output = relu && residual.has_value();
    context->save_for_backward({input, weight, bias, statistics.mean, statistics.inverse_deviation, keeps_output ? output : at::Tensor()});
    context->saved_data["relu"] = relu;
    context->saved_data["has_residual"] = residual.has_value();
    return output;
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor& input = saved[0];
    Backward backward(input, grad_outputs[0].contiguous(ChannelsInnermost(input)), /*output=*/saved[5], {saved[3], saved[4]},
                      /*weight=*/saved[1], /*bias=*/saved[2], context->saved_data["relu"].toBool());
    const Gradients gradients = backward.Run(context->needs_input_grad(0));
    const bool to_residual = context->saved_data["has_residual"].toBool() && context->needs_input_grad(3);
    const at::Tensor none;
    return {gradients.input,
            context->needs_input_grad(1) ? gradients.weight : none,
            context->needs_input_grad(2) ? gradients.bias : none,
            to_residual ? gradients.residual : none,
            none,
            none};
  }
};

void CheckArguments(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& residual) {
  TORCH_CHECK(input.dim() >= 2 && input.size(1) > 0 && weight.numel() == input.size(1), "a batch norm of ", weight.numel(),
              " channels for ", input.sizes());
  TORCH_CHECK(input.numel() / input.size(1) > 1, "batch norm in training needs more than one value a channel, got ", input.sizes());
  TORCH_CHECK(!residual.defined() || residual.sizes() == input.sizes(), "a residual ", residual.sizes(), " for ", input.sizes());
}

at::Tensor LibTorchs(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& running_mean,
                     const at::Tensor& running_var, double momentum, double epsilon, const at::Tensor& residual, bool relu) {
  at::Tensor output = at::batch_norm(input, weight, bias, running_mean, running_var, /*training=*/true, momentum, epsilon,
                                     /*cudnn_enabled=*/true);
  if (residual.defined()) output = output.add(residual);
  return relu ? output.relu_() : output;
}

}  // namespace

at::Tensor FusedBatchNorm(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& running_mean,
                          const at::Tensor& running_var, double momentum, double epsilon, const at::Tensor& residual, bool relu) {
  CheckArguments(input, weight, residual);
  if (!FitsKernels(input)) return LibTorchs(input, weight, bias, running_mean, running_var, momentum, epsilon, residual, relu);
  const Statistics statistics = BatchStatistics(input.detach(), running_mean, running_var, momentum, epsilon);
  const std::optional<at::Tensor> more =
      residual.defined() ? std::optional<at::Tensor>(residual.contiguous(ChannelsInnermost(input))) : std::nullopt;
  return BatchNormFunction::apply(input, weight, bias, more, statistics, relu);
}

}  // namespace mica
