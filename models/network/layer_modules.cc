#include "models/network/layer_modules.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include "models/kernels/chwn_choice.h"
#include "models/kernels/chwn_layers.h"
#include "models/kernels/nhwc_convolution.h"

namespace mica {
namespace {

torch::nn::Conv2dOptions OptionsOf(const Conv2dConfig& config, int64_t in_channels) {
  return torch::nn::Conv2dOptions(in_channels, config.out_channels(), config.kernel_size_px())
      .stride(config.stride())
      .padding(config.padding_px())
      .dilation(config.dilation())
      .groups(config.groups())
      .bias(config.bias());
}

// A 1x1 convolution of a single pixel.
at::Tensor OfOnePixel(const torch::nn::Conv2dImpl& convolution, const at::Tensor& values) {
  return at::linear(values, convolution.weight.flatten(1), convolution.bias);
}

}  // namespace

at::Tensor ChannelsToTheEnd(const at::Tensor& picture) {
  return picture.permute({0, 2, 3, 1});
}

at::Tensor ChannelsToTheFront(const at::Tensor& pixels) {
  return pixels.permute({0, 3, 1, 2});
}

ConvolutionModule::ConvolutionModule(const Conv2dConfig& config, int64_t in_channels)
    : Conv2dImpl(OptionsOf(config, in_channels)), config(config), has_few_channels(ConvolvesInChwn(config, in_channels)) {}

at::Tensor ConvolutionModule::forward(const at::Tensor& input) {
  if (ComputesInChwn(input)) return ChwnConv2d(input, weight, bias, config.padding_px());
  return NhwcConv2d(input, weight, bias, config.stride(), config.padding_px(), config.dilation(), config.groups());
}

bool ConvolutionModule::ComputesInChwn(const at::Tensor& input) const {
  return has_few_channels && FitsChwn(input);
}

LinearModule::LinearModule(int64_t inputs, int64_t outputs, const LinearLayerConfig& config)
    : LinearImpl(torch::nn::LinearOptions(inputs, outputs).bias(config.bias())), per_pixel_(config.per_pixel()) {}

at::Tensor LinearModule::forward(const at::Tensor& input) {
  return per_pixel_ ? ChannelsToTheFront(LinearImpl::forward(ChannelsToTheEnd(input))) : LinearImpl::forward(input);
}

BatchNormModule::BatchNormModule(const BatchNormConfig& config, int64_t channels)
    : weight(register_parameter("weight", at::ones({channels}))),
      bias(register_parameter("bias", at::zeros({channels}))),
      running_mean(register_buffer("running_mean", at::zeros({channels}))),
      running_var(register_buffer("running_var", at::ones({channels}))),
      num_batches_tracked(register_buffer("num_batches_tracked", at::zeros({}, at::kLong))),
      epsilon(config.epsilon()),
      momentum(config.momentum()) {}

at::Tensor BatchNormModule::forward(const at::Tensor& input) {
  if (IsChwn(input)) return ChwnFromOneImage(forward(ChwnAsOneImage(input)), input.size(0));  // LibTorch's is slow with other strides
  if (is_training()) {
    TORCH_CHECK(input.numel() > input.size(1), "one value for each channel has no variance");
    num_batches_tracked.add_(1);
  }
  return at::batch_norm(input, weight, bias, running_mean, running_var, is_training(), momentum, epsilon, /*cudnn_enabled=*/true);
}

void BatchNormModule::Fix(bool fixed) {
  is_fixed_ = fixed;
  if (fixed) train(false);
}

void BatchNormModule::train(bool on) {
  Module::train(on && !is_fixed_);
}

LayerNormModule::LayerNormModule(const LayerNormConfig& config, int64_t channels)
    : weight_(register_parameter("weight", at::ones({channels}))),
      bias_(register_parameter("bias", at::zeros({channels}))),
      epsilon_(config.epsilon()) {}

at::Tensor LayerNormModule::forward(const at::Tensor& input) {
  const auto normalise = [this](const at::Tensor& values) { return at::layer_norm(values, weight_.sizes(), weight_, bias_, epsilon_); };
  return input.dim() == 4 ? ChannelsToTheFront(normalise(ChannelsToTheEnd(input))) : normalise(input);
}

SqueezeExciteModule::SqueezeExciteModule(const SqueezeExciteConfig& config, int64_t channels)
    : activation_(config.activation()),
      gate_(config.gate()),
      fc1_(register_module("fc1",
                           std::make_shared<torch::nn::Conv2dImpl>(torch::nn::Conv2dOptions(channels, config.squeeze_channels(), 1)))),
      fc2_(register_module("fc2",
                           std::make_shared<torch::nn::Conv2dImpl>(torch::nn::Conv2dOptions(config.squeeze_channels(), channels, 1)))) {}

at::Tensor SqueezeExciteModule::forward(const at::Tensor& input) {
  const at::Tensor squeezed = OfOnePixel(*fc1_, input.mean({2, 3}));
  const at::Tensor active = activation_ == SqueezeExciteConfig::SILU ? at::silu(squeezed) : at::relu(squeezed);
  const at::Tensor excited = OfOnePixel(*fc2_, active);
  const at::Tensor gate = gate_ == SqueezeExciteConfig::HARD_SIGMOID ? at::hardsigmoid(excited) : at::sigmoid(excited);
  return input * gate.view({input.size(0), input.size(1), 1, 1});
}

at::Tensor StochasticDepthModule::forward(const at::Tensor& input) {
  if (!drops()) return input;
  std::vector<int64_t> sizes(input.dim(), 1);
  sizes[0] = input.size(0);
  const double kept = 1 - probability_;
  return input * at::empty(sizes, input.options()).bernoulli_(kept).div_(kept);
}

}  // namespace mica
