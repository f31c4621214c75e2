// Convolution and max-pooling for networks with few channels. The images of a batch are innermost
// in memory (CHWN), so a register holds the same pixel of 8 or 16 images and all of its lanes
// compute, however few channels there are. Libraries put channels there instead: with 10 of them,
// six of sixteen lanes idle.
//   if (const ChwnKernels* kernels = FindChwnKernels())
//     kernels->convolve(shape, input, weight, bias, output, {0, shape.out_height()});
// For training use chwn_layers.h. Torch-free. Thread-safe: callers give each thread its own rows.
// All is f32. Images are [channels, height, width, batch], batch a multiple of kChwnLanes; pointers
// need no alignment. Nothing is checked.
#ifndef MICA_MODELS_KERNELS_CHWN_KERNELS_H_
#define MICA_MODELS_KERNELS_CHWN_KERNELS_H_

#include <cstdint>

namespace mica {

inline constexpr int64_t kChwnLanes = 16;

// Code compiled for one processor must not emit a function that the linker might use for others.
#define MICA_ALWAYS_INLINE __attribute__((always_inline))

// Stride 1, square kernel; zero padding, smaller than kernel_size.
struct ChwnConvolution {
  int64_t batch, in_channels, in_height, in_width, out_channels, kernel_size, padding;
  bool relu = false;  // of the output: negative values become 0

  MICA_ALWAYS_INLINE int64_t out_height() const { return in_height + 2 * padding - kernel_size + 1; }
  MICA_ALWAYS_INLINE int64_t out_width() const { return in_width + 2 * padding - kernel_size + 1; }
};

// Adjacent windows; pixels left over at the right and the bottom belong to none.
struct ChwnMaxPool {
  int64_t batch, channels, in_height, in_width, window;

  MICA_ALWAYS_INLINE int64_t out_height() const { return in_height / window; }
  MICA_ALWAYS_INLINE int64_t out_width() const { return in_width / window; }
};

// Output rows from `begin` up to but not including `end`.
struct ChwnRange {
  int64_t begin, end;
};

struct ChwnKernels {
  // The cross-correlation that PyTorch calls convolution. weight [in_channels, kernel_size,
  // kernel_size, out_channels]; bias [out_channels] or null.
  void (*convolve)(const ChwnConvolution& shape, const float* input, const float* weight, const float* bias, float* output, ChwnRange rows);

  // Adds the rows' share of the weight's gradient to `sums` [in_channels, kernel_size, kernel_size,
  // out_channels, kChwnLanes]. The gradient is the sum over the lanes.
  void (*add_weight_gradient)(const ChwnConvolution& shape, const float* input, const float* grad_output, float* sums, ChwnRange rows);

  // `winner` has the shape of `output`: the index of the largest pixel in its window, row by row;
  // of equals the first. NaN is larger than any number. `winner` may be null.
  void (*max_pool)(const ChwnMaxPool& shape, const float* input, float* output, int32_t* winner, ChwnRange rows);

  // Writes all pixels of the rows' windows: the gradient at the winner, 0 elsewhere.
  void (*max_pool_gradient)(const ChwnMaxPool& shape, const float* grad_output, const int32_t* winner, float* grad_input, ChwnRange rows);
};

// The fastest kernels for this processor; null without AVX2 and FMA.
const ChwnKernels* FindChwnKernels();

// For tests. The first needs AVX2 and FMA, the second AVX-512F.
extern const ChwnKernels kChwnKernelsAvx2, kChwnKernelsAvx512;

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_CHWN_KERNELS_H_
