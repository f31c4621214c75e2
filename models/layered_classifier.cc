#include "models/layered_classifier.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include <memory>
#include <string>
#include <utility>

#include "models/kernels/chwn_choice.h"
#include "models/kernels/chwn_layers.h"

namespace mica {
namespace {

using Step = std::function<torch::Tensor(const torch::Tensor&)>;

// A layer that has tensors, or that differs between training and evaluation.
template <typename Module>
Step Register(std::shared_ptr<Module> module, const std::string& name, torch::nn::Module* parent) {
  parent->register_module(name, module);
  return [module = std::move(module)](const torch::Tensor& input) { return module->forward(input); };
}

// With `with_relu`, the output goes through a ReLU.
Step MakeConvolution(const Conv2dConfig& config, bool with_relu, const InferredLayer& layer, const std::string& name,
                     torch::nn::Module* parent) {
  const auto options = torch::nn::Conv2dOptions(layer.input.channels, config.out_channels(), config.kernel_size_px())
                           .stride(config.stride())
                           .padding(config.padding_px())
                           .dilation(config.dilation())
                           .groups(config.groups())
                           .bias(config.bias());
  const auto convolution = std::make_shared<torch::nn::Conv2dImpl>(options);
  parent->register_module(name, convolution);
  const bool few_channels = ConvolvesInChwn(config, layer.input.channels);
  return [=, padding = config.padding_px()](const torch::Tensor& input) {
    const bool in_chwn = few_channels && FitsChwn(input);
    if (in_chwn && with_relu && !at::GradMode::is_enabled()) {
      return ChwnConv2dRelu(input, convolution->weight, convolution->bias, padding);
    }
    const at::Tensor output = in_chwn ? ChwnConv2d(input, convolution->weight, convolution->bias, padding) : convolution->forward(input);
    return with_relu ? at::relu(output) : output;
  };
}

Step MakeLinear(const LinearLayerConfig& config, const InferredLayer& layer, const std::string& name, torch::nn::Module* parent) {
  const auto options = torch::nn::LinearOptions(layer.input.channels, layer.output.channels).bias(config.bias());
  return Register(std::make_shared<torch::nn::LinearImpl>(options), name, parent);
}

Step MakeBatchNorm(const BatchNormConfig& config, const InferredLayer& layer, const std::string& name, torch::nn::Module* parent) {
  const auto options = torch::nn::BatchNormOptions(layer.input.channels).eps(config.epsilon()).momentum(config.momentum());
  if (layer.input.is_flat()) return Register(std::make_shared<torch::nn::BatchNorm1dImpl>(options), name, parent);
  Step step = Register(std::make_shared<torch::nn::BatchNorm2dImpl>(options), name, parent);
  return [step = std::move(step)](const torch::Tensor& input) {
    if (!IsChwn(input)) return step(input);
    // LibTorch's batch norm is slow with other strides.
    return ChwnFromOneImage(step(ChwnAsOneImage(input)), input.size(0));
  };
}

Step MakeMaxPool(const MaxPoolConfig& config) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  return [=](const torch::Tensor& input) {
    if (kernel == stride && padding == 0 && IsChwn(input)) return ChwnMaxPool2d(input, kernel);
    return at::max_pool2d(input, {kernel, kernel}, {stride, stride}, {padding, padding});
  };
}

Step MakeAveragePool(const AveragePoolConfig& config) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  return [=](const torch::Tensor& input) { return at::avg_pool2d(input, {kernel, kernel}, {stride, stride}, {padding, padding}); };
}

Step MakeLayer(const LayerConfig& config, const InferredLayer& layer, const std::string& name, torch::nn::Module* parent) {
  switch (config.kind_case()) {
    case LayerConfig::kConv2D:
      return MakeConvolution(config.conv2d(), /*with_relu=*/false, layer, name, parent);
    case LayerConfig::kLinear:
      return MakeLinear(config.linear(), layer, name, parent);
    case LayerConfig::kBatchNorm:
      return MakeBatchNorm(config.batch_norm(), layer, name, parent);
    case LayerConfig::kRelu:
      return [](const torch::Tensor& input) { return at::relu(input); };
    case LayerConfig::kLeakyRelu:
      return [slope = config.leaky_relu().negative_slope()](const torch::Tensor& input) { return at::leaky_relu(input, slope); };
    case LayerConfig::kGelu:
      return [](const torch::Tensor& input) { return at::gelu(input); };
    case LayerConfig::kSilu:
      return [](const torch::Tensor& input) { return at::silu(input); };
    case LayerConfig::kTanh:
      return [](const torch::Tensor& input) { return at::tanh(input); };
    case LayerConfig::kMaxPool:
      return MakeMaxPool(config.max_pool());
    case LayerConfig::kAveragePool:
      return MakeAveragePool(config.average_pool());
    case LayerConfig::kGlobalAveragePool:
      return [](const torch::Tensor& input) { return input.mean({2, 3}); };
    case LayerConfig::kFlatten:
      return [](const torch::Tensor& input) { return input.flatten(1); };
    case LayerConfig::kDropout:
      return Register(std::make_shared<torch::nn::DropoutImpl>(config.dropout().probability()), name, parent);
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::kSqueezeExcite:
    case LayerConfig::kLayerNorm:
    case LayerConfig::kGroupNorm:
    case LayerConfig::kHardSwish:
    case LayerConfig::kHardSigmoid:
    case LayerConfig::kSigmoid:
    case LayerConfig::kRelu6:
    case LayerConfig::kLocalResponseNorm:
    case LayerConfig::kAdaptiveAveragePool:
    case LayerConfig::kChannelShuffle:
    case LayerConfig::kTokens:
    case LayerConfig::kClassToken:
    case LayerConfig::kPositionEmbedding:
    case LayerConfig::kSelfAttention:
    case LayerConfig::kFirstToken:
    case LayerConfig::kLayerScale:
    case LayerConfig::kStochasticDepth:
    case LayerConfig::kWindowAttention:
    case LayerConfig::kMergePatches:
    case LayerConfig::KIND_NOT_SET:
      break;
  }
  TORCH_CHECK(false, layer.place, " is no layer");
}

// The steps of a list, with those of its blocks in place; registers the modules with `parent`.
std::vector<Step> MakeSteps(const LayerList& list, absl::Span<const InferredLayer> inferred, torch::nn::Module* parent) {
  std::vector<Step> steps;
  for (int i = 0; i < list.size(); ++i) {
    const std::string name = LayerName(list[i], i);
    if (list[i].has_conv2d() && i + 1 < list.size() && list[i + 1].has_relu()) {
      steps.push_back(MakeConvolution(list[i].conv2d(), /*with_relu=*/true, inferred[i], name, parent));
      ++i;
      continue;
    }
    if (!list[i].has_block()) {
      steps.push_back(MakeLayer(list[i], inferred[i], name, parent));
      continue;
    }
    const auto block = parent->register_module(name, std::make_shared<torch::nn::Module>());
    for (Step& step : MakeSteps(list[i].block().layer(), inferred[i].layers, block.get())) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

LayeredClassifier::LayeredClassifier(const LayerList& layers, absl::Span<const InferredLayer> inferred)
    : steps_(MakeSteps(layers, inferred, this)) {}

torch::Tensor LayeredClassifier::forward(const torch::Tensor& images) {
  torch::Tensor activation = images;
  for (const Step& step : steps_) activation = step(activation);
  return activation;
}

}  // namespace mica
