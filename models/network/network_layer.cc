#include "models/network/network_layer.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/normalization.h>

#include <utility>

#include "models/network/attention_modules.h"
#include "models/network/layer_modules.h"
#include "models/network/layer_steps.h"

namespace mica {
namespace {

// Where a layer stands: what it is called in the module that holds it, and its shapes.
struct Place {
  const std::string& own_name;
  const InferredLayer& inferred;
  torch::nn::Module* parent;
};

template <typename Module>
void Use(std::shared_ptr<Module> module, const Place& place, NetworkLayer* layer) {
  place.parent->register_module(place.own_name, module);
  layer->step = [module](const at::Tensor& input) { return module->forward(input); };
  layer->module = std::move(module);
}

void UseActivation(const Activation& activation, NetworkLayer* layer) {
  layer->activation = activation;
  layer->step = [activation](const at::Tensor& input) { return Activate(activation, input); };
}

// A tensor with the layer's own name.
at::Tensor AddTensor(const at::Tensor& initial, const Place& place) {
  return place.parent->register_parameter(place.own_name, initial);
}

Step ClassToken(const Place& place) {
  return [token = AddTensor(at::zeros({1, 1, place.inferred.input.channels}), place)](const at::Tensor& tokens) {
    return at::cat({token.expand({tokens.size(0), 1, token.size(2)}), tokens}, 1);
  };
}

Step PositionEmbedding(const Place& place) {
  constexpr double kStd = 0.02;  // Dosovitskiy et al. 2021
  const LayerShape& shape = place.inferred.input;
  return [embedding = AddTensor(at::empty({1, shape.tokens, shape.channels}).normal_(/*mean=*/0, kStd), place)](const at::Tensor& tokens) {
    return tokens + embedding;
  };
}

Step LayerScale(const LayerScaleConfig& config, const Place& place) {
  const LayerTensor& tensor = place.inferred.tensors[0];
  return [scale = AddTensor(at::full(tensor.shape, config.initial_value(), at::kFloat), place)](const at::Tensor& input) {
    return input * scale;
  };
}

std::shared_ptr<torch::nn::GroupNormImpl> GroupNorm(const GroupNormConfig& config, const Place& place) {
  return std::make_shared<torch::nn::GroupNormImpl>(
      torch::nn::GroupNormOptions(config.groups(), place.inferred.input.channels).eps(config.epsilon()));
}

// A convolution without a number of output channels has one for each class.
Conv2dConfig WithOutChannels(Conv2dConfig config, int64_t channels) {
  config.set_out_channels(channels);
  return config;
}

// Fills step and module of a layer that is no container.
void MakeLeaf(const LayerConfig& config, const Place& place, NetworkLayer* layer) {
  const int64_t channels = place.inferred.input.channels;
  switch (config.kind_case()) {
    case LayerConfig::kConv2D:
      return Use(std::make_shared<ConvolutionModule>(WithOutChannels(config.conv2d(), place.inferred.output.channels), channels), place,
                 layer);
    case LayerConfig::kLinear:
      return Use(std::make_shared<LinearModule>(channels, place.inferred.output.channels, config.linear()), place, layer);
    case LayerConfig::kBatchNorm:
      return Use(std::make_shared<BatchNormModule>(config.batch_norm(), channels), place, layer);
    case LayerConfig::kLayerNorm:
      return Use(std::make_shared<LayerNormModule>(config.layer_norm(), channels), place, layer);
    case LayerConfig::kGroupNorm:
      return Use(GroupNorm(config.group_norm(), place), place, layer);
    case LayerConfig::kSqueezeExcite:
      return Use(std::make_shared<SqueezeExciteModule>(config.squeeze_excite(), channels), place, layer);
    case LayerConfig::kSelfAttention:
      return Use(std::make_shared<SelfAttentionModule>(config.self_attention(), channels), place, layer);
    case LayerConfig::kWindowAttention:
      return Use(std::make_shared<WindowAttentionModule>(config.window_attention(), channels), place, layer);
    case LayerConfig::kDropout:
      return Use(std::make_shared<torch::nn::DropoutImpl>(config.dropout().probability()), place, layer);
    case LayerConfig::kStochasticDepth:
      return Use(std::make_shared<StochasticDepthModule>(config.stochastic_depth().probability()), place, layer);
    case LayerConfig::kClassToken:
      layer->step = ClassToken(place);
      return;
    case LayerConfig::kPositionEmbedding:
      layer->step = PositionEmbedding(place);
      return;
    case LayerConfig::kLayerScale:
      layer->step = LayerScale(config.layer_scale(), place);
      return;
    case LayerConfig::kRelu:
      return UseActivation({Activation::Kind::kRelu}, layer);
    case LayerConfig::kRelu6:
      return UseActivation({Activation::Kind::kRelu6}, layer);
    case LayerConfig::kLeakyRelu:
      return UseActivation({Activation::Kind::kLeakyRelu, config.leaky_relu().negative_slope()}, layer);
    case LayerConfig::kGelu:
      return UseActivation({Activation::Kind::kGelu}, layer);
    case LayerConfig::kSilu:
      return UseActivation({Activation::Kind::kSilu}, layer);
    case LayerConfig::kTanh:
      return UseActivation({Activation::Kind::kTanh}, layer);
    case LayerConfig::kSigmoid:
      return UseActivation({Activation::Kind::kSigmoid}, layer);
    case LayerConfig::kHardSwish:
      return UseActivation({Activation::Kind::kHardSwish}, layer);
    case LayerConfig::kHardSigmoid:
      return UseActivation({Activation::Kind::kHardSigmoid}, layer);
    case LayerConfig::kMaxPool:
      layer->step = [pool = config.max_pool()](const at::Tensor& input) { return MaxPool(pool, input); };
      return;
    case LayerConfig::kAveragePool:
      layer->step = [pool = config.average_pool()](const at::Tensor& input) { return AveragePool(pool, input); };
      return;
    case LayerConfig::kAdaptiveAveragePool:
      layer->step = [side = config.adaptive_average_pool().size_px()](const at::Tensor& input) {
        return at::adaptive_avg_pool2d(input, {side, side});
      };
      return;
    case LayerConfig::kGlobalAveragePool:
      layer->step = MeanOfPositions;
      return;
    case LayerConfig::kFlatten:
      layer->step = [](const at::Tensor& input) { return input.flatten(1); };
      return;
    case LayerConfig::kLocalResponseNorm:
      layer->step = [norm = config.local_response_norm()](const at::Tensor& input) { return NormaliseOverChannels(norm, input); };
      return;
    case LayerConfig::kChannelShuffle:
      layer->step = [groups = config.channel_shuffle().groups()](const at::Tensor& input) { return ShuffleChannels(groups, input); };
      return;
    case LayerConfig::kTokens:
      layer->step = PixelsAsTokens;
      return;
    case LayerConfig::kFirstToken:
      layer->step = [](const at::Tensor& input) { return input.select(1, 0); };
      return;
    case LayerConfig::kMergePatches:
      layer->step = MergePatches;
      return;
    case LayerConfig::kSamePad:
      layer->step = [pad = config.same_pad()](const at::Tensor& input) { return PadAsTensorFlow(pad, input); };
      return;
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::KIND_NOT_SET:
      break;
  }
  TORCH_CHECK(false, place.inferred.place, " is no layer");
}

std::vector<const LayerList*> ListsIn(const LayerConfig& config) {
  if (config.has_block()) return {&config.block().layer()};
  if (config.has_residual()) return {&config.residual().layer(), &config.residual().shortcut()};
  std::vector<const LayerList*> lists;
  for (const ConcatBranchConfig& branch : config.concat().branch()) lists.push_back(&branch.layer());
  return lists;
}

int64_t ChannelDimension(const LayerShape& shape) {
  return shape.form == LayerShape::Form::kTokens ? 2 : 1;
}

void MakeContainer(const LayerConfig& config, const Place& place, NetworkLayer* layer) {
  layer->is_watched = !place.own_name.empty();
  torch::nn::Module* parent = place.parent;
  if (layer->is_watched) {
    layer->module = std::make_shared<torch::nn::Module>();
    parent = place.parent->register_module(place.own_name, layer->module).get();
  }
  absl::Span<const InferredLayer> inferred = place.inferred.layers;
  for (const LayerList* list : ListsIn(config)) {
    layer->lists.push_back(MakeNetwork(*list, inferred.first(list->size()), parent));
    inferred.remove_prefix(list->size());
  }
  layer->splits_input = config.concat().split_input();
  layer->input_channels = ChannelDimension(place.inferred.input);
  layer->output_channels = ChannelDimension(place.inferred.output);
}

at::Tensor RunConcat(const NetworkLayer& layer, const at::Tensor& input, const LayerWatcher& watch) {
  const auto branches = static_cast<int64_t>(layer.lists.size());
  std::vector<at::Tensor> parts(branches, input);
  if (layer.splits_input) parts = input.chunk(branches, layer.input_channels);
  for (int64_t i = 0; i < branches; ++i) parts[i] = RunLayers(layer.lists[i], parts[i], watch);
  return at::cat(parts, layer.output_channels);
}

at::Tensor Run(const NetworkLayer& layer, const at::Tensor& input, const LayerWatcher& watch) {
  if (layer.kind == LayerConfig::kBlock) return RunLayers(layer.lists[0], input, watch);
  if (layer.kind == LayerConfig::kConcat) return RunConcat(layer, input, watch);
  if (layer.kind != LayerConfig::kResidual) return layer.step(input);
  const at::Tensor branch = RunLayers(layer.lists[0], input, watch);
  return branch + RunLayers(layer.lists[1], input, watch);
}

}  // namespace

std::vector<NetworkLayer> MakeNetwork(const LayerList& list, absl::Span<const InferredLayer> inferred, torch::nn::Module* parent) {
  std::vector<NetworkLayer> layers(list.size());
  for (int i = 0; i < list.size(); ++i) {
    const std::string own_name = LayerName(list[i], i);
    const Place place{own_name, inferred[i], parent};
    layers[i].kind = list[i].kind_case();
    layers[i].name = inferred[i].name;
    const bool is_container = list[i].has_block() || list[i].has_residual() || list[i].has_concat();
    is_container ? MakeContainer(list[i], place, &layers[i]) : MakeLeaf(list[i], place, &layers[i]);
  }
  return layers;
}

at::Tensor RunLayers(const std::vector<NetworkLayer>& layers, const at::Tensor& input, const LayerWatcher& watch) {
  at::Tensor activation = input;
  for (const NetworkLayer& layer : layers) {
    activation = Run(layer, activation, watch);
    if (watch && layer.is_watched) watch(layer.name, activation);
  }
  return activation;
}

}  // namespace mica
