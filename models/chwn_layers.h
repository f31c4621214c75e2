// Convolution and max-pooling of small networks on the CPU in the layout CHWN, with the images of a batch innermost (chwn_kernels.h): two
// to three times as fast as LibTorch for a handful of channels. Both can be differentiated once.
//   if (ConvolvesInChwn(config, in_channels) && FitsChwn(images)) return ChwnConv2d(images, weight, bias, padding);
// The layout is in the strides alone: to all else these are tensors [N,C,H,W], and what works element by element, such as ReLU, keeps it.
#ifndef MICA_MODELS_CHWN_LAYERS_H_
#define MICA_MODELS_CHWN_LAYERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "models/layer.pb.h"

namespace mica {

// Whether a convolution has so few channels that CHWN is faster, and a kernel that CHWN can do (stride 1, no dilation, no groups).
bool ConvolvesInChwn(const Conv2dConfig& config, int64_t in_channels);

// f32 [N,C,H,W] on a CPU with AVX2, N a multiple of 16.
bool FitsChwn(const at::Tensor& images);

// FitsChwn, and the strides are those of CHWN: what ChwnConv2d returned, or a ReLU of it.
bool IsChwn(const at::Tensor& images);

// at::conv2d with stride 1, for images that fit. weight f32 [O,C,K,K], bias f32 [O] or none; padding below K. Equal to at::conv2d but for
// the order of summation.
at::Tensor ChwnConv2d(const at::Tensor& images, const at::Tensor& weight, const std::optional<at::Tensor>& bias, int64_t padding);

// at::max_pool2d with windows side by side, for images that fit: equal to it, NaN and the gradient of equal values included.
at::Tensor ChwnMaxPool2d(const at::Tensor& images, int64_t window);

}  // namespace mica

#endif  // MICA_MODELS_CHWN_LAYERS_H_
