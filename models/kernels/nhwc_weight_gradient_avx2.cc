// Compiled for AVX2. So this file may not call inline functions of other headers unless they are
// always inlined: the linker keeps one copy of each for the whole program, and an older processor
// might not be able to run it.
#include "models/kernels/nhwc_weight_gradient.h"

namespace mica {
namespace {

using nhwc_weight_gradient::Block;
using nhwc_weight_gradient::kFewChannels;
using nhwc_weight_gradient::kOutChannels;
using nhwc_weight_gradient::kPanel;
using nhwc_weight_gradient::kPanelsAtOnce;

constexpr int kWidth = 8;

// Unaligned, and may alias floats.
typedef float Vector __attribute__((vector_size(kWidth * sizeof(float)), aligned(alignof(float)), may_alias));

const Vector& At(const float* values) {
  return *reinterpret_cast<const Vector*>(values);
}
Vector& At(float* values) {
  return *reinterpret_cast<Vector*>(values);
}

int64_t Smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

// Packed input pixels that meet one place of the kernel, and the steps between them in floats.
struct Pixels {
  const float* first;
  int64_t images, rows, columns;
  int64_t image_step, row_step, column_step;
};

// A tile of the weight's gradient: `channels` of an output channel lie together.
struct Tile {
  float* first;
  int64_t out_step;
  int64_t channels;
};

// The sums of kOuts output channels and kVectors * kWidth input channels stay in registers: 12 sums,
// as many as leave room for the factors. `gradients` [pixels, kOuts].
template <int kOuts, int kVectors>
struct AddTile {
  static void Run(const Pixels& pixels, const float* gradients, const Tile& tile) {
    Vector sums[kOuts][kVectors];
    for (int o = 0; o < kOuts; ++o) {
      for (int v = 0; v < kVectors; ++v) sums[o][v] = Vector{};
    }
    for (int64_t image = 0; image < pixels.images; ++image) {
      for (int64_t row = 0; row < pixels.rows; ++row) {
        const float* pixel = pixels.first + image * pixels.image_step + row * pixels.row_step;
        for (int64_t column = 0; column < pixels.columns; ++column) {
          Vector values[kVectors];
          for (int v = 0; v < kVectors; ++v) values[v] = At(pixel + v * kWidth);
          for (int o = 0; o < kOuts; ++o) {
            const Vector gradient = gradients[o] - Vector{};
            for (int v = 0; v < kVectors; ++v) sums[o][v] += values[v] * gradient;
          }
          pixel += pixels.column_step;
          gradients += kOuts;
        }
      }
    }
    Add(sums, tile);
  }

 private:
  static void Add(const Vector (&sums)[kOuts][kVectors], const Tile& tile) {
    for (int o = 0; o < kOuts; ++o) {
      for (int v = 0; v < kVectors; ++v) {
        float* const to = tile.first + o * tile.out_step + v * kWidth;
        const int64_t left = tile.channels - v * kWidth;
        if (left >= kWidth) {
          At(to) += sums[o][v];
        } else {
          for (int64_t i = 0; i < left; ++i) to[i] += sums[o][v][i];
        }
      }
    }
  }
};

// Calls AddTile for a number of output channels known only at run time.
template <int kLargest, int kVectors>
void RunTile(int64_t outs, const Pixels& pixels, const float* gradients, const Tile& tile) {
  if constexpr (kLargest > 0) {
    if (outs == kLargest) {
      AddTile<kLargest, kVectors>::Run(pixels, gradients, tile);
    } else {
      RunTile<kLargest - 1, kVectors>(outs, pixels, gradients, tile);
    }
  }
}

void FillWithZeros(float* values, int64_t count) {
  __builtin_memset(values, 0, count * sizeof(float));
}

// Copies the first `channels` of `pixels` pixels, `step` floats apart, and zeros up to `to_step`.
void CopyChannels(const float* from, int64_t pixels, int64_t channels, int64_t step, float* to, int64_t to_step) {
  if (channels == step && step == to_step) {
    __builtin_memcpy(to, from, pixels * channels * sizeof(float));
    return;
  }
  for (int64_t x = 0; x < pixels; ++x, from += step, to += to_step) {
    if (channels == kPanel) {
      At(to) = At(from);
      At(to + kWidth) = At(from + kWidth);
    } else {
      for (int64_t i = 0; i < to_step; ++i) to[i] = i < channels ? from[i] : 0;
    }
  }
}

// The work on one block, whose first pixel is row `row` of image `image`.
class BlockWork {
 public:
  BlockWork(const NhwcConvolution& shape, const Block& block, int64_t image, int64_t row)
      : shape_(shape),
        block_(block),
        image_(image),
        row_(row),
        images_(Smaller(block.images, shape.batch - image)),
        rows_(Smaller(block.rows, shape.out_height() - row)) {}

  // Input channels from `channel` on, with the padding around the images: [images, in_rows, in_width,
  // pixel_floats].
  void PackInput(const float* input, int64_t channel, float* packed) const {
    const int64_t channels = Smaller(block_.pixel_floats, shape_.in_channels - channel);
    const int64_t border = shape_.padding * block_.pixel_floats, row_floats = block_.in_width * block_.pixel_floats;
    for (int64_t image = 0; image < images_; ++image) {
      for (int64_t row = 0; row < block_.in_rows; ++row, packed += row_floats) {
        const int64_t in_row = row_ * shape_.stride - shape_.padding + row;
        if (in_row < 0 || in_row >= shape_.in_height) {
          FillWithZeros(packed, row_floats);
          continue;
        }
        const float* const from = input + ((image_ + image) * shape_.in_height + in_row) * shape_.in_width * shape_.in_channels + channel;
        FillWithZeros(packed, border);
        CopyChannels(from, shape_.in_width, channels, shape_.in_channels, packed + border, block_.pixel_floats);
        FillWithZeros(packed + row_floats - border, border);
      }
    }
  }

  // [pixels, outs]; kOuts of them unless fewer are left.
  template <int kOuts>
  void PackGradients(const float* grad_output, int64_t out, int64_t outs, float* packed) const {
    const int64_t pixels = rows_ * shape_.out_width();
    for (int64_t image = 0; image < images_; ++image) {
      const float* from = grad_output + (((image_ + image) * shape_.out_height() + row_) * shape_.out_width()) * shape_.out_channels + out;
      for (int64_t pixel = 0; pixel < pixels; ++pixel, from += shape_.out_channels, packed += outs) {
        if (outs == kOuts) {
          __builtin_memcpy(packed, from, kOuts * sizeof(float));
        } else {
          for (int64_t o = 0; o < outs; ++o) packed[o] = from[o];
        }
      }
    }
  }

  // Those of the packed input that meet the place of the kernel that is `offset` floats from its
  // first.
  Pixels PixelsAt(const float* packed, int64_t offset) const {
    const int64_t row_floats = block_.in_width * block_.pixel_floats;
    return {packed + offset,
            images_,
            rows_,
            shape_.out_width(),
            block_.in_rows * row_floats,
            shape_.stride * row_floats,
            shape_.stride * block_.pixel_floats};
  }

 private:
  const NhwcConvolution& shape_;
  const Block& block_;
  const int64_t image_, row_, images_, rows_;
};

// A block and one part of the weight, whose packed inputs stand at the beginning of `scratch`.
void AddPanels(const NhwcConvolution& shape, const Block& block, const BlockWork& work, const float* input, const float* grad_output,
               const NhwcWeightPart& part, float* scratch, float* grad_weight) {
  const int64_t kernel = shape.kernel_size, out_step = kernel * kernel * shape.in_channels;
  float* const gradients = scratch + kPanelsAtOnce * block.panel_floats;
  for (int64_t channel = part.in_begin; channel < part.in_end; channel += kPanel) {
    work.PackInput(input, channel, scratch + (channel - part.in_begin) / kPanel * block.panel_floats);
  }
  for (int64_t out = part.out_begin; out < part.out_end; out += kOutChannels) {
    const int64_t outs = Smaller(kOutChannels, part.out_end - out);
    work.PackGradients<kOutChannels>(grad_output, out, outs, gradients);
    for (int64_t channel = part.in_begin; channel < part.in_end; channel += kPanel) {
      const float* const packed = scratch + (channel - part.in_begin) / kPanel * block.panel_floats;
      for (int64_t place = 0; place < kernel * kernel; ++place) {
        const Tile tile = {grad_weight + out * out_step + place * shape.in_channels + channel, out_step,
                           Smaller(kPanel, part.in_end - channel)};
        const int64_t offset = (place / kernel * block.in_width + place % kernel) * kPanel;
        RunTile<kOutChannels, kPanel / kWidth>(outs, work.PixelsAt(packed, offset), gradients, tile);
      }
    }
  }
}

// The same for few channels. The columns of a kernel's row with all their channels lie together, in
// the weight as in the image, and are taken for the channels of a kernel of one column.
template <int kOuts, int kVectors>
void AddRows(const NhwcConvolution& shape, const Block& block, const BlockWork& work, const float* input, const float* grad_output,
             const NhwcWeightPart& part, float* scratch, float* grad_weight) {
  const int64_t row_floats = shape.kernel_size * shape.in_channels, out_step = shape.kernel_size * row_floats;
  float* const gradients = scratch + kPanelsAtOnce * block.panel_floats;
  work.PackInput(input, /*channel=*/0, scratch);
  for (int64_t out = part.out_begin; out < part.out_end; out += kOuts) {
    const int64_t outs = Smaller(kOuts, part.out_end - out);
    work.PackGradients<kOuts>(grad_output, out, outs, gradients);
    for (int64_t row = 0; row < shape.kernel_size; ++row) {
      for (int64_t first = 0; first < row_floats; first += kVectors * kWidth) {
        const Tile tile = {grad_weight + out * out_step + row * row_floats + first, out_step, row_floats - first};
        const int64_t offset = row * block.in_width * shape.in_channels + first;
        RunTile<kOuts, kVectors>(outs, work.PixelsAt(scratch, offset), gradients, tile);
      }
    }
  }
}

}  // namespace

void AddNhwcWeightGradientAvx2(const NhwcConvolution& shape, const float* input, const float* grad_output, const NhwcWeightPart& part,
                               float* scratch, float* grad_weight) {
  const Block block(shape);
  auto* add = AddPanels;
  if (shape.in_channels <= kFewChannels) {
    add = shape.kernel_size * shape.in_channels <= 2 * kWidth ? AddRows<kOutChannels, 2> : AddRows<4, 3>;
  }
  const int64_t step = shape.in_channels <= kFewChannels ? shape.in_channels : kPanelsAtOnce * kPanel;
  for (int64_t channel = part.in_begin; channel < part.in_end; channel += step) {
    const NhwcWeightPart panels = {channel, Smaller(channel + step, part.in_end), part.out_begin, part.out_end};
    for (int64_t image = 0; image < shape.batch; image += block.images) {
      for (int64_t row = 0; row < shape.out_height(); row += block.rows) {
        add(shape, block, BlockWork(shape, block, image, row), input, grad_output, panels, scratch, grad_weight);
      }
    }
  }
}

}  // namespace mica
