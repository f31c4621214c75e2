// Compiled once for AVX2 and once for AVX-512 (BUILD). So this file may not call inline functions
// of other headers unless they are always inlined: the linker keeps one copy of each for the whole
// program, and an older processor might not be able to run it.
#include "models/kernels/chwn_kernels.h"

namespace mica {
namespace {

// There are 16 registers of 8 floats or 32 of 16 floats. Tiles are as large as the registers allow
// beside the factors.
#ifdef __AVX512F__
constexpr int kWidth = 16;
constexpr int kConvolutionTile = 12;  // output channels summed at the same time
constexpr int kImagesAtOnce = 32;     // whose sums use each factor that is loaded
constexpr int kGradientTile = 8;      // output channels, times up to kColumns kernel columns
#else
constexpr int kWidth = 8;
constexpr int kConvolutionTile = 6;
constexpr int kImagesAtOnce = 16;
constexpr int kGradientTile = 2;
#endif
constexpr int kColumns = 3;
constexpr int kVectors = kChwnLanes / kWidth;  // a pixel of kChwnLanes images

// Unaligned, and may alias floats.
typedef float Vector __attribute__((vector_size(kWidth * sizeof(float)), aligned(alignof(float)), may_alias));
typedef int32_t IntVector __attribute__((vector_size(kWidth * sizeof(int32_t)), aligned(alignof(int32_t)), may_alias));

const Vector& At(const float* values) {
  return *reinterpret_cast<const Vector*>(values);
}
Vector& At(float* values) {
  return *reinterpret_cast<Vector*>(values);
}
const IntVector& At(const int32_t* values) {
  return *reinterpret_cast<const IntVector*>(values);
}
IntVector& At(int32_t* values) {
  return *reinterpret_cast<IntVector*>(values);
}

// Subtracting zero is free and changes nothing. Adding it would turn -0 into 0, so the compiler
// could not leave it out.
Vector Broadcast(float value) {
  return value - Vector{};
}

// NaN stays.
Vector Relu(Vector values) {
  return values < 0 ? Vector{} : values;
}

int64_t Smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}
int64_t Larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}

// Rows or columns of the kernel that lie on the image when output `position` is computed.
struct KernelRange {
  KernelRange(const ChwnConvolution& shape, int64_t position, int64_t in_size)
      : begin(Larger(0, shape.padding - position)), end(Smaller(shape.kernel_size, in_size + shape.padding - position)) {}
  const int64_t begin, end;
};

// Splits channels into as few tiles as possible, all nearly equal: 10 become 5 and 5, not 6 and 4.
int64_t TileSize(int64_t channels, int64_t largest) {
  const int64_t tiles = (channels + largest - 1) / largest;
  return (channels + tiles - 1) / tiles;
}

// One row of kTile output channels, from `channel` on.
template <int kTile>
struct ConvolveRow {
  static void Run(const ChwnConvolution& shape, const float* input, const float* weight, const float* bias, float* output, int64_t y,
                  int64_t channel) {
    for (int64_t x = 0; x < shape.out_width(); ++x) {
      int64_t image = 0;
      for (; image + kImagesAtOnce <= shape.batch; image += kImagesAtOnce) {
        ConvolvePixel<kImagesAtOnce / kWidth>(shape, input + image, weight, bias, output + image, y, x, channel);
      }
      for (; image < shape.batch; image += kChwnLanes) {
        ConvolvePixel<kVectors>(shape, input + image, weight, bias, output + image, y, x, channel);
      }
    }
  }

 private:
  // A pixel of kCount vectors of images.
  template <int kCount>
  static void ConvolvePixel(const ChwnConvolution& shape, const float* input, const float* weight, const float* bias, float* output,
                            int64_t y, int64_t x, int64_t channel) {
    const KernelRange rows(shape, y, shape.in_height), columns(shape, x, shape.in_width);
    Vector sums[kTile][kCount];
    for (int t = 0; t < kTile; ++t) {
      for (int v = 0; v < kCount; ++v) sums[t][v] = Broadcast(bias == nullptr ? 0 : bias[channel + t]);
    }
    for (int64_t in_channel = 0; in_channel < shape.in_channels; ++in_channel) {
      for (int64_t row = rows.begin; row < rows.end; ++row) {
        const int64_t in_row = in_channel * shape.in_height + y + row - shape.padding;
        const int64_t in_column = x + columns.begin - shape.padding;
        const float* pixel = input + (in_row * shape.in_width + in_column) * shape.batch;
        const float* factors =
            weight + ((in_channel * shape.kernel_size + row) * shape.kernel_size + columns.begin) * shape.out_channels + channel;
        for (int64_t column = columns.begin; column < columns.end; ++column) {
          AddProducts(pixel, factors, sums);
          pixel += shape.batch;
          factors += shape.out_channels;
        }
      }
    }
    for (int t = 0; t < kTile; ++t) {
      float* result = output + (((channel + t) * shape.out_height() + y) * shape.out_width() + x) * shape.batch;
      for (int v = 0; v < kCount; ++v) At(result + v * kWidth) = shape.relu ? Relu(sums[t][v]) : sums[t][v];
    }
  }

  template <int kCount>
  static void AddProducts(const float* pixel, const float* factors, Vector (&sums)[kTile][kCount]) {
    Vector values[kCount];
    for (int v = 0; v < kCount; ++v) values[v] = At(pixel + v * kWidth);
    for (int t = 0; t < kTile; ++t) {
      const Vector factor = Broadcast(factors[t]);
      for (int v = 0; v < kCount; ++v) sums[t][v] += values[v] * factor;
    }
  }
};

// kTile output channels and kCount adjacent kernel columns, over `pixels` outputs of a row. `input`
// points to what the first column meets at the first output; `plane` is the distance between
// channels of grad_output.
template <int kTile, int kCount>
void AddGradientOfColumns(const float* input, const float* grad_output, int64_t plane, int64_t pixels, const ChwnConvolution& shape,
                          float* sums) {
  Vector totals[kCount][kTile][kVectors];
  const auto stored = [&](int c, int t, int v) { return sums + (c * shape.out_channels + t) * kChwnLanes + v * kWidth; };
  for (int c = 0; c < kCount; ++c) {
    for (int t = 0; t < kTile; ++t) {
      for (int v = 0; v < kVectors; ++v) totals[c][t][v] = At(stored(c, t, v));
    }
  }
  for (int64_t i = 0; i < pixels * shape.batch; i += kChwnLanes) {
    for (int v = 0; v < kVectors; ++v) {
      Vector values[kCount];
      for (int c = 0; c < kCount; ++c) values[c] = At(input + i + c * shape.batch + v * kWidth);
      for (int t = 0; t < kTile; ++t) {
        const Vector gradient = At(grad_output + t * plane + i + v * kWidth);
        for (int c = 0; c < kCount; ++c) totals[c][t][v] += values[c] * gradient;
      }
    }
  }
  for (int c = 0; c < kCount; ++c) {
    for (int t = 0; t < kTile; ++t) {
      for (int v = 0; v < kVectors; ++v) At(stored(c, t, v)) = totals[c][t][v];
    }
  }
}

template <int kTile>
struct AddGradientOfRow {
  static void Run(const ChwnConvolution& shape, const float* input, const float* grad_output, float* sums, int64_t y, int64_t channel) {
    const KernelRange rows(shape, y, shape.in_height);
    const float* gradients = grad_output + (channel * shape.out_height() + y) * shape.out_width() * shape.batch;
    for (int64_t in_channel = 0; in_channel < shape.in_channels; ++in_channel) {
      for (int64_t row = rows.begin; row < rows.end; ++row) {
        const float* in_row = input + (in_channel * shape.in_height + y + row - shape.padding) * shape.in_width * shape.batch;
        float* row_sums = sums + ((in_channel * shape.kernel_size + row) * shape.kernel_size * shape.out_channels + channel) * kChwnLanes;
        int64_t column = 0;
        for (; column + kColumns <= shape.kernel_size; column += kColumns) AddColumns<kColumns>(shape, in_row, gradients, column, row_sums);
        for (; column < shape.kernel_size; ++column) AddColumns<1>(shape, in_row, gradients, column, row_sums);
      }
    }
  }

  // All columns together where all of them lie on the image, one by one where only some do.
  template <int kCount>
  static void AddColumns(const ChwnConvolution& shape, const float* in_row, const float* gradients, int64_t column, float* row_sums) {
    const int64_t width = shape.out_width();
    const int64_t begin = Smaller(Larger(0, shape.padding - column), width);
    const int64_t end = Larger(begin, Smaller(width, shape.in_width + shape.padding - column - (kCount - 1)));
    AddSpan<kCount>(shape, in_row, gradients, column, {begin, end}, row_sums);
    if (kCount == 1) return;
    for (int64_t c = column; c < column + kCount; ++c) {
      const int64_t first = Larger(0, shape.padding - c), last = Smaller(width, shape.in_width + shape.padding - c);
      AddSpan<1>(shape, in_row, gradients, c, {first, Smaller(begin, last)}, row_sums);
      AddSpan<1>(shape, in_row, gradients, c, {Larger(end, first), last}, row_sums);
    }
  }

  // Outputs x in [span.begin, span.end) of the row.
  template <int kCount>
  static void AddSpan(const ChwnConvolution& shape, const float* in_row, const float* gradients, int64_t column, ChwnRange span,
                      float* row_sums) {
    if (span.begin >= span.end) return;
    AddGradientOfColumns<kTile, kCount>(in_row + (span.begin + column - shape.padding) * shape.batch, gradients + span.begin * shape.batch,
                                        shape.out_height() * shape.out_width() * shape.batch, span.end - span.begin, shape,
                                        row_sums + column * shape.out_channels * kChwnLanes);
  }
};

// Calls Work<size>::Run for a size known only at run time.
template <template <int> class Work, int kLargest, typename... Arguments>
void RunTile(int64_t size, Arguments... arguments) {
  if constexpr (kLargest > 0) {
    if (size == kLargest) {
      Work<kLargest>::Run(arguments...);
    } else {
      RunTile<Work, kLargest - 1>(size, arguments...);
    }
  }
}

void Convolve(const ChwnConvolution& shape, const float* input, const float* weight, const float* bias, float* output, ChwnRange rows) {
  const int64_t tile = TileSize(shape.out_channels, kConvolutionTile);
  for (int64_t y = rows.begin; y < rows.end; ++y) {
    for (int64_t channel = 0; channel < shape.out_channels; channel += tile) {
      RunTile<ConvolveRow, kConvolutionTile>(Smaller(tile, shape.out_channels - channel), shape, input, weight, bias, output, y, channel);
    }
  }
}

void AddWeightGradient(const ChwnConvolution& shape, const float* input, const float* grad_output, float* sums, ChwnRange rows) {
  const int64_t tile = TileSize(shape.out_channels, kGradientTile);
  for (int64_t y = rows.begin; y < rows.end; ++y) {
    for (int64_t channel = 0; channel < shape.out_channels; channel += tile) {
      RunTile<AddGradientOfRow, kGradientTile>(Smaller(tile, shape.out_channels - channel), shape, input, grad_output, sums, y, channel);
    }
  }
}

// Calls work(the window's first pixel in the input, its index in the output) for each kWidth images
// of each window.
template <typename Work>
void ForEachWindow(const ChwnMaxPool& shape, ChwnRange rows, Work work) {
  for (int64_t channel = 0; channel < shape.channels; ++channel) {
    for (int64_t y = rows.begin; y < rows.end; ++y) {
      for (int64_t x = 0; x < shape.out_width(); ++x) {
        const int64_t in = ((channel * shape.in_height + y * shape.window) * shape.in_width + x * shape.window) * shape.batch;
        const int64_t out = ((channel * shape.out_height() + y) * shape.out_width() + x) * shape.batch;
        for (int64_t image = 0; image < shape.batch; image += kWidth) work(in + image, out + image);
      }
    }
  }
}

void MaxPool(const ChwnMaxPool& shape, const float* input, float* output, int32_t* winner, ChwnRange rows) {
  ForEachWindow(shape, rows, [&](int64_t in, int64_t out) {
    Vector largest = At(input + in);
    IntVector winning_place{};
    int32_t place = 0;
    for (int64_t row = 0; row < shape.window; ++row) {
      for (int64_t column = 0; column < shape.window; ++column, ++place) {
        const Vector value = At(input + in + (row * shape.in_width + column) * shape.batch);
        const IntVector wins = (value > largest) | (value != value);
        largest = wins ? value : largest;
        winning_place = wins ? IntVector{} + place : winning_place;
      }
    }
    At(output + out) = largest;
    if (winner != nullptr) At(winner + out) = winning_place;
  });
}

void MaxPoolGradient(const ChwnMaxPool& shape, const float* grad_output, const int32_t* winner, float* grad_input, ChwnRange rows) {
  ForEachWindow(shape, rows, [&](int64_t in, int64_t out) {
    const Vector gradient = At(grad_output + out);
    const IntVector winning_place = At(winner + out);
    int32_t place = 0;
    for (int64_t row = 0; row < shape.window; ++row) {
      for (int64_t column = 0; column < shape.window; ++column, ++place) {
        At(grad_input + in + (row * shape.in_width + column) * shape.batch) = winning_place == place ? gradient : Vector{};
      }
    }
  });
}

}  // namespace

#ifdef __AVX512F__
const ChwnKernels kChwnKernelsAvx512 = {Convolve, AddWeightGradient, MaxPool, MaxPoolGradient};
#else
const ChwnKernels kChwnKernelsAvx2 = {Convolve, AddWeightGradient, MaxPool, MaxPoolGradient};
#endif

}  // namespace mica
