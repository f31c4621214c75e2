#include "models/network/attention_modules.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>
#include <torch/nn/init.h>

#include <vector>

#include "models/network/layer_modules.h"

namespace mica {
namespace {

constexpr double kPositionStd = 0.02;  // of biases by position, as Liu et al. 2021 draw them

// A window's pixel pair (p, q) looks up row (dy + window - 1) * (2 window - 1) + dx + window - 1 of
// the table, where dy and dx lead from q to p.
at::Tensor PositionIndex(int64_t window) {
  const at::Tensor pixel = at::arange(window * window);
  const at::Tensor y = pixel.div(window, "floor"), x = pixel.remainder(window);
  const at::Tensor dy = y.unsqueeze(1) - y.unsqueeze(0), dx = x.unsqueeze(1) - x.unsqueeze(0);
  return ((dy + (window - 1)) * (2 * window - 1) + dx + (window - 1)).flatten();
}

int64_t RoundedUp(int64_t side, int64_t step) {
  return (side + step - 1) / step * step;
}

// How a picture is cut into windows.
struct Windows {
  int64_t height, width;  // of the padded picture
  int64_t window;
  int64_t shift_y, shift_x;
};

Windows WindowsOf(const at::Tensor& picture, int64_t window, int64_t shift) {
  Windows windows{RoundedUp(picture.size(2), window), RoundedUp(picture.size(3), window), window, shift, shift};
  if (windows.height == window) windows.shift_y = 0;  // a single window sees all
  if (windows.width == window) windows.shift_x = 0;
  return windows;
}

// [N,H,W,C] becomes [N * windows, pixels, C].
at::Tensor Cut(const at::Tensor& pixels, const Windows& w) {
  return pixels.view({pixels.size(0), w.height / w.window, w.window, w.width / w.window, w.window, pixels.size(3)})
      .transpose(2, 3)
      .reshape({-1, w.window * w.window, pixels.size(3)});
}

at::Tensor Join(const at::Tensor& cut, int64_t batch, const Windows& w) {
  return cut.view({batch, w.height / w.window, w.width / w.window, w.window, w.window, cut.size(2)})
      .transpose(2, 3)
      .reshape({batch, w.height, w.width, cut.size(2)});
}

// Numbers the parts of a moved picture that were neighbours: along a side, all but the last window,
// the last window's part that stayed in order, the part that came from the other edge.
at::Tensor PartsOf(int64_t side, int64_t window, int64_t shift) {
  at::Tensor parts = at::zeros({side});
  if (shift == 0) return parts;
  parts.slice(0, side - window, side - shift).fill_(1);
  parts.slice(0, side - shift, side).fill_(2);
  return parts;
}

// [windows,1,P,P]: -100 for pixels that a shift brought into one window from different edges.
at::Tensor ShiftMask(const Windows& w, const at::Tensor& like) {
  const at::Tensor parts = PartsOf(w.height, w.window, w.shift_y).mul(3).unsqueeze(1) + PartsOf(w.width, w.window, w.shift_x);
  const at::Tensor cut = Cut(parts.view({1, w.height, w.width, 1}), w).squeeze(2);
  const at::Tensor differ = cut.unsqueeze(1).ne(cut.unsqueeze(2));
  return differ.to(like.options()).mul_(-100).unsqueeze(1);
}

// qkv [B,T,3 * values] as three of [B,heads,T,values / heads].
std::vector<at::Tensor> Heads(const at::Tensor& qkv, int64_t heads) {
  return qkv.view({qkv.size(0), qkv.size(1), 3, heads, qkv.size(2) / 3 / heads}).permute({2, 0, 3, 1, 4}).unbind(0);
}

at::Tensor JoinHeads(const at::Tensor& mixed) {
  return mixed.transpose(1, 2).flatten(2);
}

}  // namespace

SelfAttentionModule::SelfAttentionModule(const SelfAttentionConfig& config, int64_t values) : heads_(config.heads()) {
  if (config.tensor_names() == SelfAttentionConfig::QKV) {
    const auto qkv = register_module("qkv", std::make_shared<torch::nn::LinearImpl>(values, 3 * values));
    in_weight_ = qkv->weight;
    in_bias_ = qkv->bias;
    out_ = register_module("proj", std::make_shared<torch::nn::LinearImpl>(values, values));
    return;
  }
  in_weight_ = register_parameter("in_proj_weight", torch::nn::init::xavier_uniform_(at::empty({3 * values, values})));
  in_bias_ = register_parameter("in_proj_bias", at::zeros({3 * values}));
  out_ = register_module("out_proj", std::make_shared<torch::nn::LinearImpl>(values, values));
  torch::nn::init::zeros_(out_->bias);
}

at::Tensor SelfAttentionModule::forward(const at::Tensor& tokens) {
  const std::vector<at::Tensor> qkv = Heads(at::linear(tokens, in_weight_, in_bias_), heads_);
  return out_->forward(JoinHeads(at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])));
}

WindowAttentionModule::WindowAttentionModule(const WindowAttentionConfig& config, int64_t channels)
    : heads_(config.heads()),
      window_px_(config.window_px()),
      shift_px_(config.shift_px()),
      qkv_(register_module("qkv", std::make_shared<torch::nn::LinearImpl>(channels, 3 * channels))),
      proj_(register_module("proj", std::make_shared<torch::nn::LinearImpl>(channels, channels))),
      bias_table_(register_parameter("relative_position_bias_table",
                                     at::empty({(2 * window_px_ - 1) * (2 * window_px_ - 1), heads_}).normal_(/*mean=*/0, kPositionStd))),
      bias_index_(register_buffer("relative_position_index", PositionIndex(window_px_))) {}

at::Tensor WindowAttentionModule::PositionBias() const {
  const int64_t pixels = window_px_ * window_px_;
  return bias_table_.index_select(0, bias_index_).view({pixels, pixels, heads_}).permute({2, 0, 1}).unsqueeze(0);
}

at::Tensor WindowAttentionModule::forward(const at::Tensor& picture) {
  const int64_t batch = picture.size(0), height = picture.size(2), width = picture.size(3);
  const Windows windows = WindowsOf(picture, window_px_, shift_px_);
  const bool moved = windows.shift_y > 0 || windows.shift_x > 0;
  at::Tensor pixels = ChannelsToTheEnd(picture);
  if (windows.height > height || windows.width > width) {
    pixels = at::constant_pad_nd(pixels, {0, 0, 0, windows.width - width, 0, windows.height - height});
  }
  if (moved) pixels = at::roll(pixels, {-windows.shift_y, -windows.shift_x}, {1, 2});

  const std::vector<at::Tensor> qkv = Heads(qkv_->forward(Cut(pixels.contiguous(), windows)), heads_);
  at::Tensor added = PositionBias();
  if (moved) added = (added + ShiftMask(windows, added)).repeat({batch, 1, 1, 1});
  const at::Tensor mixed = JoinHeads(at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], added));

  pixels = Join(proj_->forward(mixed), batch, windows);
  if (moved) pixels = at::roll(pixels, {windows.shift_y, windows.shift_x}, {1, 2});
  return ChannelsToTheFront(pixels.slice(1, 0, height).slice(2, 0, width).contiguous());
}

}  // namespace mica
