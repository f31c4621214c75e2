#include "models/network/folded_convolution.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "models/kernels/chwn_layers.h"
#include "models/kernels/nhwc_convolution.h"
#include "models/network/onednn_convolution.h"

namespace mica {

FoldedConvolution::FoldedConvolution(std::shared_ptr<ConvolutionModule> convolution, std::shared_ptr<BatchNormModule> batch_norm,
                                     Activation activation)
    : convolution_(std::move(convolution)), batch_norm_(std::move(batch_norm)), activation_(activation) {}

std::vector<at::Tensor> FoldedConvolution::Sources() const {
  std::vector<at::Tensor> sources = {convolution_->weight};
  if (convolution_->bias.defined()) sources.push_back(convolution_->bias);
  if (batch_norm_ == nullptr) return sources;
  sources.insert(sources.end(), {batch_norm_->weight, batch_norm_->bias, batch_norm_->running_mean, batch_norm_->running_var});
  return sources;
}

bool FoldedConvolution::Applies(const at::Tensor& input, const at::Tensor& residual) const {
  if (input.numel() == 0 || (batch_norm_ != nullptr && batch_norm_->is_training())) return false;
  const bool needs_gradients = at::GradMode::is_enabled();
  if (needs_gradients && (input.requires_grad() || (residual.defined() && residual.requires_grad()))) return false;
  const bool may_be_trained = needs_gradients || convolution_->is_training();
  const std::vector<at::Tensor> sources = Sources();
  return std::none_of(sources.begin(), sources.end(), [&](const at::Tensor& source) {
    return (may_be_trained && source.requires_grad()) || source.is_inference();  // these have no version
  });
}

at::Tensor FoldedConvolution::Forward(const at::Tensor& input, const at::Tensor& residual, bool relu_after_sum) {
  TORCH_CHECK(!residual.defined() || activation_.is_none(), "the sum would come after the activation");
  const std::shared_ptr<const Weights> weights = CurrentWeights(input);
  const bool is_packed = weights->is_packed && OneDnnTakes(input);
  TORCH_CHECK(is_packed || !weights->is_packed, "weights packed for the CPU got ", input.toString());
  const at::Tensor images = is_packed ? input.contiguous(at::MemoryFormat::ChannelsLast) : input;
  // At 1x1 pixels a layout cannot be told from the strides, and oneDNN refuses the sum.
  if (is_packed && residual.defined() && residual.size(2) * residual.size(3) > 1) {
    const at::Tensor other = residual.contiguous(at::MemoryFormat::ChannelsLast);
    return OneDnnConvolutionAdding(images, weights->weight, weights->bias, convolution_->config, other, relu_after_sum);
  }
  at::Tensor output = is_packed ? OneDnnConvolution(images, weights->weight, weights->bias, convolution_->config, activation_)
                                : ForwardUnpacked(images, *weights);
  if (!residual.defined()) return output;
  output.add_(residual);
  return relu_after_sum ? at::relu_(output) : output;
}

at::Tensor FoldedConvolution::ForwardUnpacked(const at::Tensor& input, const Weights& weights) const {
  const Conv2dConfig& config = convolution_->config;
  if (!convolution_->ComputesInChwn(input)) {
    return ActivateInPlace(activation_, NhwcConv2d(input, weights.weight, weights.bias, config.stride(), config.padding_px(),
                                                   config.dilation(), config.groups()));
  }
  if (activation_.is_relu()) {
    const at::NoGradGuard no_gradients;
    return ChwnConv2dRelu(input, weights.weight, weights.bias, config.padding_px());
  }
  return ActivateInPlace(activation_, ChwnConv2d(input, weights.weight, weights.bias, config.padding_px()));
}

void FoldedConvolution::Drop() {
  const absl::MutexLock lock(&mutex_);
  weights_ = nullptr;
}

std::shared_ptr<const FoldedConvolution::Weights> FoldedConvolution::CurrentWeights(const at::Tensor& input) {
  std::vector<TensorState> sources;
  for (const at::Tensor& source : Sources()) sources.emplace_back(source.const_data_ptr(), source._version());
  const absl::MutexLock lock(&mutex_);
  if (weights_ == nullptr || weights_->sources != sources) {
    const c10::InferenceMode not_only_for_inference(false);
    const at::NoGradGuard no_gradients;
    Weights weights = Fold(input);
    weights.sources = std::move(sources);
    weights_ = std::make_shared<const Weights>(std::move(weights));
  }
  return weights_;
}

// normalised = (weight * x + b - mean) * scale + shift, with scale = gamma / sqrt(variance + epsilon).
FoldedConvolution::Weights FoldedConvolution::Fold(const at::Tensor& input) const {
  Weights folded;
  folded.weight = convolution_->weight.detach();
  folded.bias = convolution_->bias.defined() ? convolution_->bias.detach() : at::Tensor();
  if (batch_norm_ != nullptr) {
    const at::Tensor variance = batch_norm_->running_var.to(at::kDouble);
    const at::Tensor scale = batch_norm_->weight.to(at::kDouble) * at::rsqrt(variance + batch_norm_->epsilon);
    at::Tensor shift = batch_norm_->bias - batch_norm_->running_mean * scale;
    if (folded.bias.defined()) shift = shift + folded.bias * scale;
    folded.bias = shift.to(convolution_->weight.scalar_type());
    folded.weight = (folded.weight * scale.view({-1, 1, 1, 1})).to(convolution_->weight.scalar_type());
  }
  folded.is_packed = OneDnnTakes(input) && !convolution_->has_few_channels;
  if (folded.is_packed) folded.weight = PackForOneDnn(folded.weight.contiguous(), convolution_->config, input.sizes());
  return folded;
}

}  // namespace mica
