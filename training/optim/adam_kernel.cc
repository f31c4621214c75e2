#include "training/optim/adam_kernel.h"

#include <cmath>

namespace mica {
namespace {

template <typename Config>
AdamScalars ScalarsWithoutDecay(const Config& config, double learning_rate, int64_t step) {
  AdamScalars scalars;
  scalars.decay = 1;
  scalars.l2 = 0;
  scalars.beta1 = config.beta1();
  scalars.one_minus_beta1 = 1 - config.beta1();
  scalars.beta2 = config.beta2();
  scalars.one_minus_beta2 = 1 - config.beta2();
  scalars.step_size = learning_rate / (1 - std::pow(config.beta1(), step));
  scalars.inverse_sqrt_bias_correction2 = 1 / std::sqrt(1 - std::pow(config.beta2(), step));
  scalars.epsilon = config.epsilon();
  return scalars;
}

// Gradients with factor 1 are not multiplied at all: a multiplication would let the compiler fuse
// other products with sums, which changes the last bits.
template <bool kScaled>
inline __attribute__((always_inline)) void Steps(const AdamScalars& s, float* __restrict values, const float* __restrict gradients,
                                                 float* __restrict exp_avg, float* __restrict exp_avg_sq, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float value = s.decay * values[i];
    const float gradient = (kScaled ? s.gradient_factor * gradients[i] : gradients[i]) + s.l2 * value;
    const float mean = s.beta1 * exp_avg[i] + s.one_minus_beta1 * gradient;
    const float square = s.beta2 * exp_avg_sq[i] + s.one_minus_beta2 * gradient * gradient;
    exp_avg[i] = mean;
    exp_avg_sq[i] = square;
    values[i] = value - s.step_size * (mean / (std::sqrt(square) * s.inverse_sqrt_bias_correction2 + s.epsilon));
  }
}

}  // namespace

AdamScalars ScalarsOfStep(const AdamConfig& config, double learning_rate, int64_t step) {
  AdamScalars scalars = ScalarsWithoutDecay(config, learning_rate, step);
  scalars.l2 = config.weight_decay();
  return scalars;
}

AdamScalars ScalarsOfStep(const AdamWConfig& config, double learning_rate, int64_t step) {
  AdamScalars scalars = ScalarsWithoutDecay(config, learning_rate, step);
  scalars.decay = 1 - learning_rate * config.weight_decay();
  return scalars;
}

// The loader picks the version that suits the processor. It goes by features, because GCC takes
// "arch=haswell" for that one model and not for all processors with AVX2.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("default", "fma", "avx512f")))
#endif
void AdamStep(const AdamScalars& scalars, float* __restrict values, const float* __restrict gradients, float* __restrict exp_avg,
              float* __restrict exp_avg_sq, int64_t count) {
  const AdamScalars s = scalars;  // a copy, which stores through the pointers cannot change
  if (s.gradient_factor == 1) {
    Steps<false>(s, values, gradients, exp_avg, exp_avg_sq, count);
  } else {
    Steps<true>(s, values, gradients, exp_avg, exp_avg_sq, count);
  }
}

}  // namespace mica
