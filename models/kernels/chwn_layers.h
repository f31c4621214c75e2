// Convolution and max-pooling of small networks on the CPU in the layout CHWN, with the images of a
// batch innermost (chwn_kernels.h). For a handful of channels they are faster than LibTorch's
// (bench/README.md, B9). Both can be differentiated once.
//   if (ConvolvesInChwn(config, in_channels) && FitsChwn(images))  // chwn_choice.h
//     return ChwnConv2d(images, weight, bias, padding);
// Only the strides show the layout: for all other code these are tensors [N,C,H,W], and
// element-wise operations such as ReLU keep it. Outputs and the images' gradients have the same
// bits for any number of threads; the weight's gradient only for an equal number.
#ifndef MICA_MODELS_KERNELS_CHWN_LAYERS_H_
#define MICA_MODELS_KERNELS_CHWN_LAYERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mica {

// f32 [N,C,H,W] on a CPU with AVX2, N a multiple of 16. Others would leave lanes idle: filled up
// with zeros they were slower than LibTorch's layers (bench/README.md, B9).
bool FitsChwn(const at::Tensor& images);

// FitsChwn, and the strides are those of CHWN: a result of ChwnConv2d, or its ReLU.
bool IsChwn(const at::Tensor& images);

// at::conv2d with stride 1, equal except for the order of summation. weight f32 [O,C,K,K], bias f32
// [O] or undefined, padding below K; returns [N,O,H+2p-K+1,W+2p-K+1]. Throws c10::Error unless
// FitsChwn(images) and the arguments are as described.
at::Tensor ChwnConv2d(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding);

// at::relu of the above in one pass, for inference. Throws c10::Error also if it would need a
// gradient.
at::Tensor ChwnConv2dRelu(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t padding);

// at::max_pool2d with adjacent windows; equal to it also for NaN and for the gradient of equal
// values. Returns [N,C,H/window,W/window]. Throws c10::Error unless FitsChwn(images).
at::Tensor ChwnMaxPool2d(const at::Tensor& images, int64_t window);

// Views CHWN images as a single one whose rows run through all of them: [1,C,H,W*N], no copy. An
// operation that treats all pixels of a channel alike, such as batch norm, gives the same result.
at::Tensor ChwnAsOneImage(const at::Tensor& images);
at::Tensor ChwnFromOneImage(const at::Tensor& image, int64_t batch);

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_CHWN_LAYERS_H_
