// One step of Adam or AdamW over plain arrays, for the CPU.
//   const AdamScalars scalars = ScalarsOfStep(config, learning_rate, step);
//   AdamStep(scalars, values, gradients, exp_avg, exp_avg_sq, count);
// A value costs one division and one square root, and these take longer than all the rest as long
// as memory keeps up. LibTorch's kernel has two divisions. Formulas: torch.optim.Adam (Kingma and
// Ba 2015, algorithm 1) and torch.optim.AdamW (Loshchilov and Hutter 2019, algorithm 2).
#ifndef MICA_TRAINING_OPTIM_ADAM_KERNEL_H_
#define MICA_TRAINING_OPTIM_ADAM_KERNEL_H_

#include <cstdint>

#include "training/optim/optimizer.pb.h"

namespace mica {

// What all values of a step share.
struct AdamScalars {
  // Factor of the value itself, before anything else. AdamW: 1 - learning_rate * weight_decay;
  // Adam: 1.
  float decay;
  float l2;  // share of the value in the gradient. Adam: weight_decay; AdamW: 0
  float beta1;

  // Both differences are computed in double: in f32, 1 - 0.999 is off by a part in 80,000.
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float step_size;                      // learning_rate / (1 - beta1^step)
  float inverse_sqrt_bias_correction2;  // 1 / sqrt(1 - beta2^step)
  float epsilon;
  float gradient_factor = 1;  // multiplies every gradient
};

// `step` counts from 1. `config` must be valid (ValidateOptimizerConfig). At step 1 with
// learning_rate 0.1 and the default betas: step_size = 1, inverse_sqrt_bias_correction2 = 31.6228.
AdamScalars ScalarsOfStep(const AdamConfig& config, double learning_rate, int64_t step);
AdamScalars ScalarsOfStep(const AdamWConfig& config, double learning_rate, int64_t step);

// Updates `values` and the running means of the gradient and of its square: `count` floats each,
// any alignment; no two arrays may overlap. Parts of the arrays give the same bits as the whole if
// each part begins at a multiple of 16 values. Elsewhere the last bit may differ, because the
// compiler may fuse other products with sums in the vector part of the loop than in its remainder.
// Thread-safe for parts that do not overlap. A square above the range of f32 becomes infinite and
// stops its value for good, as in LibTorch.
void AdamStep(const AdamScalars& scalars, float* values, const float* gradients, float* exp_avg, float* exp_avg_sq, int64_t count);

}  // namespace mica

#endif  // MICA_TRAINING_OPTIM_ADAM_KERNEL_H_
