// Compiled once for every x86-64 processor, once for AVX2 and once for AVX-512 (BUILD). So this file
// may not call inline functions of other headers: the linker keeps one copy of each for the whole
// program, and an older processor might not be able to run it. The compiler vectorises the loops
// over channels.
#include "models/kernels/batch_norm_kernels.h"

namespace mica {
namespace {

// Rows that are added up before a channel's sum is loaded and stored.
constexpr int64_t kRowsAtOnce = 4;

void Moments(const float* input, int64_t rows, int64_t channels, float* mean, float* squares) {
  for (int64_t c = 0; c < channels; ++c) mean[c] = squares[c] = 0;
  int64_t row = 0;
  for (; row + kRowsAtOnce <= rows; row += kRowsAtOnce) {
    const float *const a = input + row * channels, *const b = a + channels, *const c = b + channels, *const d = c + channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) mean[i] += (a[i] + b[i]) + (c[i] + d[i]);
  }
  for (; row < rows; ++row) {
    const float* const a = input + row * channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) mean[i] += a[i];
  }
  const float count = static_cast<float>(rows);
#pragma omp simd
  for (int64_t i = 0; i < channels; ++i) mean[i] /= count;

  for (row = 0; row + kRowsAtOnce <= rows; row += kRowsAtOnce) {
    const float *const a = input + row * channels, *const b = a + channels, *const c = b + channels, *const d = c + channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) {
      const float of_a = a[i] - mean[i], of_b = b[i] - mean[i], of_c = c[i] - mean[i], of_d = d[i] - mean[i];
      squares[i] += (of_a * of_a + of_b * of_b) + (of_c * of_c + of_d * of_d);
    }
  }
  for (; row < rows; ++row) {
    const float* const a = input + row * channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) squares[i] += (a[i] - mean[i]) * (a[i] - mean[i]);
  }
}

template <bool kResidual, bool kRelu>
void NormaliseRows(const float* input, const float* residual, int64_t rows, int64_t channels, const BatchNormFactors& factors,
                   float* output) {
  const float *const mean = factors.mean, *const scale = factors.scale, *const bias = factors.bias;
  for (int64_t row = 0; row < rows; ++row) {
    const float *const in = input + row * channels, *const more = residual + (kResidual ? row * channels : 0);
    float* const out = output + row * channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) {
      float value = (in[i] - mean[i]) * scale[i] + bias[i];
      if (kResidual) value += more[i];
      if (kRelu) value = value < 0 ? 0 : value;
      out[i] = value;
    }
  }
}

void Normalise(const float* input, const float* residual, int64_t rows, int64_t channels, const BatchNormFactors& factors, bool relu,
               float* output) {
  if (residual == nullptr) {
    (relu ? NormaliseRows<false, true> : NormaliseRows<false, false>)(input, residual, rows, channels, factors, output);
  } else {
    (relu ? NormaliseRows<true, true> : NormaliseRows<true, false>)(input, residual, rows, channels, factors, output);
  }
}

// Where the sign of what a ReLU got is found.
enum class Sign { kNoRelu, kOfOutput, kComputedAgain };

// The gradient of what the ReLU got. NaN lets it pass, as in PyTorch.
template <Sign kSign>
__attribute__((always_inline)) inline float BeforeRelu(float gradient, float output, float centred, float scale, float bias) {
  if (kSign == Sign::kOfOutput) return output <= 0 ? 0 : gradient;
  if (kSign == Sign::kComputedAgain) return centred * scale + bias <= 0 ? 0 : gradient;
  return gradient;
}

template <Sign kSign, bool kWriteGradient>
void SumRows(const float* input, const float* grad_output, const float* output, int64_t rows, int64_t channels,
             const BatchNormFactors& factors, float* gradient, float* sums, float* products) {
  const float *const mean = factors.mean, *const scale = factors.scale, *const bias = factors.bias;
  for (int64_t i = 0; i < channels; ++i) sums[i] = products[i] = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const float *const in = input + row * channels, *const from = grad_output + row * channels;
    const float* const out = output + (kSign == Sign::kOfOutput ? row * channels : 0);
    float* const to = gradient + (kWriteGradient ? row * channels : 0);
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) {
      const float centred = in[i] - mean[i];
      const float value = BeforeRelu<kSign>(from[i], kSign == Sign::kOfOutput ? out[i] : 0, centred, scale[i], bias[i]);
      if (kWriteGradient) to[i] = value;
      sums[i] += value;
      products[i] += value * centred;
    }
  }
}

void GradientSums(const float* input, const float* grad_output, const float* output, int64_t rows, int64_t channels,
                  const BatchNormFactors& factors, bool relu, float* gradient, float* sums, float* products) {
  auto* run = SumRows<Sign::kNoRelu, false>;
  if (!relu && gradient != nullptr) run = SumRows<Sign::kNoRelu, true>;
  if (relu && output == nullptr) run = gradient == nullptr ? SumRows<Sign::kComputedAgain, false> : SumRows<Sign::kComputedAgain, true>;
  if (relu && output != nullptr) run = gradient == nullptr ? SumRows<Sign::kOfOutput, false> : SumRows<Sign::kOfOutput, true>;
  run(input, grad_output, output, rows, channels, factors, gradient, sums, products);
}

template <Sign kSign>
void InputGradientOfRows(const float* input, const float* gradient, int64_t rows, int64_t channels, const BatchNormFactors& factors,
                         const float* offset, const float* slope, float* grad_input) {
  const float *const mean = factors.mean, *const scale = factors.scale, *const bias = factors.bias;
  for (int64_t row = 0; row < rows; ++row) {
    const float *const in = input + row * channels, *const from = gradient + row * channels;
    float* const to = grad_input + row * channels;
#pragma omp simd
    for (int64_t i = 0; i < channels; ++i) {
      const float centred = in[i] - mean[i];
      const float value = BeforeRelu<kSign>(from[i], 0, centred, scale[i], bias[i]);
      to[i] = (value - offset[i] - centred * slope[i]) * scale[i];
    }
  }
}

void InputGradient(const float* input, const float* gradient, int64_t rows, int64_t channels, const BatchNormFactors& factors, bool relu,
                   const float* offset, const float* slope, float* grad_input) {
  (relu ? InputGradientOfRows<Sign::kComputedAgain> : InputGradientOfRows<Sign::kNoRelu>)(input, gradient, rows, channels, factors, offset,
                                                                                          slope, grad_input);
}

}  // namespace

#if defined(__AVX512F__)
const BatchNormKernels kBatchNormKernelsAvx512 = {Moments, Normalise, GradientSums, InputGradient};
#elif defined(__AVX2__)
const BatchNormKernels kBatchNormKernelsAvx2 = {Moments, Normalise, GradientSums, InputGradient};
#else
const BatchNormKernels kBatchNormKernelsBaseline = {Moments, Normalise, GradientSums, InputGradient};
#endif

}  // namespace mica
