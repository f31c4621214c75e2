// Batch norm in training for activations whose channels are innermost in memory (NHWC), together
// with what follows it in most networks: the sum with a residual and a ReLU. Every value is read
// twice and written once; operations of their own would read and write it up to four times more.
//   const BatchNormKernels& kernels = FindBatchNormKernels();
//   for each slice: kernels.moments(…);           // rows of a slice fit a core's first cache
//   CombineMoments(slices, moments, &mean, &variance);
//   for each slice: kernels.normalise(…);
// For training use fused_batch_norm.h. Torch-free. Thread-safe: callers give each thread its own
// slices. All is f32; a row is one pixel of one image, `channels` numbers. Pointers need no
// alignment. Nothing is checked.
#ifndef MICA_MODELS_KERNELS_BATCH_NORM_KERNELS_H_
#define MICA_MODELS_KERNELS_BATCH_NORM_KERNELS_H_

#include <cstdint>
#include <vector>

namespace mica {

// (input - mean) * scale + bias, for each channel.
struct BatchNormFactors {
  const float *mean, *scale, *bias;
};

struct BatchNormKernels {
  // Mean of each channel, and the sum of squared deviations from it.
  void (*moments)(const float* input, int64_t rows, int64_t channels, float* mean, float* squares);

  // `residual`, which may be null, is added before the ReLU. NaN stays.
  void (*normalise)(const float* input, const float* residual, int64_t rows, int64_t channels, const BatchNormFactors& factors, bool relu,
                    float* output);

  // With the gradient of what the ReLU got: its sum for each channel, and the sum of its products
  // with input - mean. The ReLU's sign is that of `output`, or computed again where that is null.
  // `gradient`, which may be null, becomes the gradient of what the ReLU got.
  void (*gradient_sums)(const float* input, const float* grad_output, const float* output, int64_t rows, int64_t channels,
                        const BatchNormFactors& factors, bool relu, float* gradient, float* sums, float* products);

  // (gradient - offset - (input - mean) * slope) * scale. With `relu`, `gradient` is that of the
  // ReLU's output, and the ReLU's sign is computed again.
  void (*input_gradient)(const float* input, const float* gradient, int64_t rows, int64_t channels, const BatchNormFactors& factors,
                         bool relu, const float* offset, const float* slope, float* grad_input);
};

// The fastest kernels for this processor.
const BatchNormKernels& FindBatchNormKernels();

// For tests. The second needs AVX2 and FMA, the third AVX-512F.
extern const BatchNormKernels kBatchNormKernelsBaseline, kBatchNormKernelsAvx2, kBatchNormKernelsAvx512;

// How `rows` are divided, whatever the number of threads: so results are the same for any number.
struct BatchNormSlices {
  BatchNormSlices(int64_t rows, int64_t channels);

  int64_t begin(int64_t slice) const { return slice * rows_each; }
  int64_t size(int64_t slice) const { return slice + 1 < count ? rows_each : rows - begin(slice); }

  int64_t rows, channels;
  int64_t rows_each;  // but for the last
  int64_t count;
};

// Of all rows. `moments` [slices, 2, channels]: what the kernel wrote for each slice. The variance
// is biased: the mean of squared deviations.
void CombineMoments(const BatchNormSlices& slices, const float* moments, std::vector<double>* mean, std::vector<double>* variance);

// The sum over the slices of `sums` [slices, 2, channels], as [2, channels].
std::vector<double> CombineSums(const BatchNormSlices& slices, const float* sums);

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_BATCH_NORM_KERNELS_H_
