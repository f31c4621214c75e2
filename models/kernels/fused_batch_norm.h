// Batch norm in training with the sum and the ReLU after it as one operation: a step of a residual
// network spends a quarter of its time on these three, most of it waiting for memory
// (bench/README.md, B4). Can be differentiated once.
//   activation = FusedBatchNorm(convolution->forward(input), norm->weight, norm->bias,
//                               norm->running_mean, norm->running_var, 0.1, 1e-5,
//                               /*residual=*/shortcut, /*relu=*/true);
// For evaluation fold the batch norm into the convolution before it instead.
#ifndef MICA_MODELS_KERNELS_FUSED_BATCH_NORM_H_
#define MICA_MODELS_KERNELS_FUSED_BATCH_NORM_H_

#include <ATen/core/Tensor.h>

namespace mica {

// relu(batch_norm(input) + residual), where `residual` may be undefined and `relu` false: equal to
// LibTorch's operations but for the order of summation.
//   input                      f32 [N,C,H,W] or [N,C], more than one value a channel. On the CPU
//                              and channels_last it goes through kernels of mica; any other dtype,
//                              device or layout through LibTorch's operations.
//   weight, bias               f32 [C]
//   running_mean, running_var  f32 [C], moved by `momentum` towards the batch's mean and its
//                              unbiased variance. The caller counts batches
//                              (num_batches_tracked).
//   residual                   as `input`
// Outputs and gradients have the same bits for any number of threads. Throws c10::Error if there is
// one value a channel, or sizes differ.
at::Tensor FusedBatchNorm(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& running_mean,
                          const at::Tensor& running_var, double momentum, double epsilon, const at::Tensor& residual, bool relu);

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_FUSED_BATCH_NORM_H_
