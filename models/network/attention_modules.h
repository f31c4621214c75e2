// Attention as torch modules.
//   SelfAttentionModule attention(config, /*values=*/768);
//   const at::Tensor mixed = attention.forward(tokens);
#ifndef MICA_MODELS_NETWORK_ATTENTION_MODULES_H_
#define MICA_MODELS_NETWORK_ATTENTION_MODULES_H_

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <cstdint>
#include <memory>

#include "models/layers/layer.pb.h"

namespace mica {

// Tokens f32 [N,T,values] become tokens of the same shape. A head's score of two tokens is the
// product of query and key, divided by the root of their length (Vaswani et al. 2017).
class SelfAttentionModule : public torch::nn::Module {
 public:
  SelfAttentionModule(const SelfAttentionConfig& config, int64_t values);

  at::Tensor forward(const at::Tensor& tokens);

 private:
  const int64_t heads_;
  at::Tensor in_weight_, in_bias_;  // [3 * values, values]: queries, keys, values
  std::shared_ptr<torch::nn::LinearImpl> out_;
};

// Pictures f32 [N,C,H,W] become pictures of the same shape, each pixel a sum of those in its window.
class WindowAttentionModule : public torch::nn::Module {
 public:
  WindowAttentionModule(const WindowAttentionConfig& config, int64_t channels);

  at::Tensor forward(const at::Tensor& picture);

 private:
  // Added to the scores: the learnt bias, [1,heads,P,P] for windows of P pixels.
  at::Tensor PositionBias() const;

  const int64_t heads_, window_px_, shift_px_;
  const std::shared_ptr<torch::nn::LinearImpl> qkv_, proj_;
  const at::Tensor bias_table_, bias_index_;
};

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_ATTENTION_MODULES_H_
