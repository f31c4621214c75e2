// The gradient of a convolution's weight when channels are innermost in memory (NHWC), for
// processors with AVX2 but without AVX-512: there oneDNN, LibTorch's library, computes it at half
// the speed of the convolution itself, and this does so at its speed (bench/README.md, B9).
//   if (const NhwcWeightGradient* add_gradient = FindNhwcWeightGradient())
//     (*add_gradient)(shape, input, grad_output, {0, shape.in_channels, 0, shape.out_channels},
//                     scratch, grad_weight);
// For training use nhwc_convolution.h. Torch-free. Thread-safe: callers give each thread its own
// part and scratch memory. All is f32; pointers need no alignment. Nothing is checked.
#ifndef MICA_MODELS_KERNELS_NHWC_WEIGHT_GRADIENT_H_
#define MICA_MODELS_KERNELS_NHWC_WEIGHT_GRADIENT_H_

#include <cstdint>
#include <vector>

namespace mica {

// Square kernel, zero padding.
struct NhwcConvolution {
  int64_t batch, in_channels, in_height, in_width, out_channels, kernel_size, stride, padding;

  // Code compiled for one processor must not emit a function that the linker might use for others.
  __attribute__((always_inline)) int64_t out_height() const { return (in_height + 2 * padding - kernel_size) / stride + 1; }
  __attribute__((always_inline)) int64_t out_width() const { return (in_width + 2 * padding - kernel_size) / stride + 1; }
};

// Those of the weight that are computed; `end` does not belong to them.
struct NhwcWeightPart {
  int64_t in_begin, in_end, out_begin, out_end;
};

// Adds the gradient of `part` to grad_weight [out_channels, kernel_size, kernel_size, in_channels],
// which is how a channels_last weight lies in memory. input [batch, in_height, in_width,
// in_channels], grad_output [batch, out_height, out_width, out_channels]; `scratch` as large as
// ScratchFloats(shape). Each number is summed in the same order, whatever the parts.
using NhwcWeightGradient = void(const NhwcConvolution& shape, const float* input, const float* grad_output, const NhwcWeightPart& part,
                                float* scratch, float* grad_weight);

// Null where LibTorch's is as fast or faster: without AVX2 and FMA, and with AVX-512.
NhwcWeightGradient* FindNhwcWeightGradient();

int64_t ScratchFloats(const NhwcConvolution& shape);

// The whole weight in parts of about equal size; as many as `threads` or a multiple of it, unless
// the weight is too small.
std::vector<NhwcWeightPart> DivideWeight(const NhwcConvolution& shape, int64_t threads);

// For tests. Needs AVX2 and FMA.
NhwcWeightGradient AddNhwcWeightGradientAvx2;

// What the two files of this unit must agree on.
namespace nhwc_weight_gradient {

inline constexpr int64_t kPanel = 16;          // input channels that a tile of sums holds
inline constexpr int64_t kPanelsAtOnce = 4;    // panels that lie in the scratch memory at a time
inline constexpr int64_t kFewChannels = 4;     // up to so many, a kernel's row is taken as channels
inline constexpr int64_t kOutChannels = 6;     // output channels that a tile of sums holds
inline constexpr int64_t kPixelsAtOnce = 200;  // output pixels, about: so many stay in the first cache

// The output pixels that are worked on together: whole images, or rows of one.
struct Block {
  __attribute__((always_inline)) explicit Block(const NhwcConvolution& shape) {
    const int64_t width = shape.out_width(), height = shape.out_height();
    rows = kPixelsAtOnce / width;
    rows = rows < 1 ? 1 : (rows > height ? height : rows);
    images = rows < height ? 1 : kPixelsAtOnce / (width * height);
    images = images < 1 ? 1 : (images > shape.batch ? shape.batch : images);
    in_rows = (rows - 1) * shape.stride + shape.kernel_size;
    in_width = shape.in_width + 2 * shape.padding;
    pixel_floats = shape.in_channels <= kFewChannels ? shape.in_channels : kPanel;
    // A tile reads whole registers; what it reads beyond the last pixel it does not use.
    panel_floats = images * in_rows * in_width * pixel_floats + 2 * kPanel;
  }

  int64_t images, rows;                // of output
  int64_t in_rows, in_width;           // of input, padded
  int64_t pixel_floats, panel_floats;  // of a packed input
};

}  // namespace nhwc_weight_gradient

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_NHWC_WEIGHT_GRADIENT_H_
