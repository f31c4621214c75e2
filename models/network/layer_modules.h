// Layers with tensors, or with a difference between training and evaluation, as torch modules that
// work on pictures [N,C,H,W], tokens [N,T,C] and flat values [N,C] alike. Pictures keep the layout
// channels_last. Their tensors have the names and shapes of EffectOfLayer (layer_effect.h).
#ifndef MICA_MODELS_NETWORK_LAYER_MODULES_H_
#define MICA_MODELS_NETWORK_LAYER_MODULES_H_

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <cstdint>
#include <memory>

#include "models/layers/layer.pb.h"

namespace mica {

// In CHWN (chwn_layers.h) where that is faster.
class ConvolutionModule : public torch::nn::Conv2dImpl {
 public:
  ConvolutionModule(const Conv2dConfig& config, int64_t in_channels);

  at::Tensor forward(const at::Tensor& input);

  bool ComputesInChwn(const at::Tensor& input) const;

  const Conv2dConfig config;
  const bool has_few_channels;  // so that CHWN is faster
};

class LinearModule : public torch::nn::LinearImpl {
 public:
  // With `per_pixel`, over the channels of each pixel of a picture.
  LinearModule(int64_t inputs, int64_t outputs, const LinearLayerConfig& config);

  at::Tensor forward(const at::Tensor& input);

 private:
  const bool per_pixel_;
};

class BatchNormModule : public torch::nn::Module {
 public:
  BatchNormModule(const BatchNormConfig& config, int64_t channels);

  at::Tensor forward(const at::Tensor& input);

  // From now on it uses its running statistics in training too, and they stay as they are. Fix(false)
  // and the next train() undo that.
  void Fix(bool fixed = true);
  void train(bool on = true) override;

  at::Tensor weight, bias, running_mean, running_var, num_batches_tracked;
  const double epsilon, momentum;

 private:
  bool is_fixed_ = false;
};

// Over the channels of each pixel, token or flat input.
class LayerNormModule : public torch::nn::Module {
 public:
  LayerNormModule(const LayerNormConfig& config, int64_t channels);

  at::Tensor forward(const at::Tensor& input);

 private:
  const at::Tensor weight_, bias_;
  const double epsilon_;
};

class SqueezeExciteModule : public torch::nn::Module {
 public:
  SqueezeExciteModule(const SqueezeExciteConfig& config, int64_t channels);

  at::Tensor forward(const at::Tensor& input);

 private:
  const SqueezeExciteConfig::Activation activation_;
  const SqueezeExciteConfig::Gate gate_;
  const std::shared_ptr<torch::nn::Conv2dImpl> fc1_, fc2_;
};

class StochasticDepthModule : public torch::nn::Module {
 public:
  explicit StochasticDepthModule(double probability) : probability_(probability) {}

  at::Tensor forward(const at::Tensor& input);
  bool drops() const { return is_training() && probability_ > 0; }

 private:
  const double probability_;
};

// A picture seen with its channels last, [N,H,W,C], and back; neither copies.
at::Tensor ChannelsToTheEnd(const at::Tensor& picture);
at::Tensor ChannelsToTheFront(const at::Tensor& pixels);

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_LAYER_MODULES_H_
