// Convolution and max-pooling of small networks on the CPU in the layout CHWN, with the images of a batch innermost (chwn_kernels.h):
// faster than LibTorch's for a handful of channels (docs/performance.md, B9). Both can be differentiated once.
//   if (ConvolvesInChwn(config, in_channels) && FitsChwn(images)) return ChwnConv2d(images, weight, bias, padding);
// The layout is in the strides alone: to all else these are tensors [N,C,H,W], and what works element by element, such as ReLU, keeps it.
// Outputs and the images' gradients have the same bits for any number of threads, the weight's gradient only for an equal number.
#ifndef MICA_MODELS_CHWN_LAYERS_H_
#define MICA_MODELS_CHWN_LAYERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/layer.pb.h"

namespace mica {

// Whether a convolution has so few channels that CHWN is faster, and a kernel that CHWN can do: stride 1, no dilation, no groups, at most
// 7 pixels, more of them than of padding.
bool ConvolvesInChwn(const Conv2dConfig& config, int64_t in_channels);

// f32 [N,C,H,W] on a CPU with AVX2, N a multiple of 16.
bool FitsChwn(const at::Tensor& images);

// FitsChwn, and the strides are those of CHWN: what ChwnConv2d returned, or a ReLU of it.
bool IsChwn(const at::Tensor& images);

// at::conv2d with stride 1. weight f32 [O,C,K,K], bias f32 [O] or undefined, padding below K; returns [N,O,H+2p-K+1,W+2p-K+1]. Equal to
// at::conv2d but for the order of summation. Throws c10::Error unless the images fit and the others are so.
at::Tensor ChwnConv2d(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding);

// at::max_pool2d with windows side by side: equal to it, NaN and the gradient of equal values included. Returns [N,C,H/window,W/window].
// Throws c10::Error unless the images fit.
at::Tensor ChwnMaxPool2d(const at::Tensor& images, int64_t window);

// Images that are CHWN as a single one whose rows go through all of them: [1,C,H,W*N], without a copy. What treats all pixels of a channel
// alike, as a batch norm does, gives the same for it.
at::Tensor ChwnAsOneImage(const at::Tensor& images);
at::Tensor ChwnFromOneImage(const at::Tensor& image, int64_t batch);

}  // namespace mica

#endif  // MICA_MODELS_CHWN_LAYERS_H_
