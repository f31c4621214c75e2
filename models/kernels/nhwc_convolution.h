// Convolution of channels_last images whose weight's gradient mica computes itself where LibTorch
// is slow at it (nhwc_weight_gradient.h). All else is LibTorch's. Can be differentiated once.
//   activation = NhwcConv2d(activation, weight, bias, stride, padding, dilation, groups);
#ifndef MICA_MODELS_KERNELS_NHWC_CONVOLUTION_H_
#define MICA_MODELS_KERNELS_NHWC_CONVOLUTION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/kernels/nhwc_weight_gradient.h"

namespace mica {

// at::conv2d: the same bits, and the same gradients but for the order of summation. Tensors of any
// kind; `bias` may be undefined. The gradient is mica's own on a processor with AVX2 and without
// AVX-512, for f32 images that are channels_last, kernels from 2x2 on, dilation 1 and one group.
// It has the same bits for any number of threads.
at::Tensor NhwcConv2d(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias, int64_t stride, int64_t padding,
                      int64_t dilation, int64_t groups);

// The same with the weight's gradient by this kernel; null: LibTorch's.
at::Tensor NhwcConv2dWith(NhwcWeightGradient* kernel, const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias,
                          int64_t stride, int64_t padding, int64_t dilation, int64_t groups);

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_NHWC_CONVOLUTION_H_
