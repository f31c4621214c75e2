// The sums behind resample.h, for this processor. Fixed point: sums are exact in 32 bits, so every
// kernel gives the same pixels.
//   if (const ResampleKernels* kernels = FindResampleKernels()) {
//     const PackedColumns& columns = packer.Pack(weights, source_px, channels, *kernels);
//     columns.kernel->run(columns, sources, results);
//   }
// Nothing is checked. Thread-safe.
#ifndef MICA_DATA_AUGMENT_RESAMPLE_KERNELS_H_
#define MICA_DATA_AUGMENT_RESAMPLE_KERNELS_H_

#include <cstdint>
#include <vector>

#include "data/augment/resample_weights.h"

namespace mica {

// Rows that a horizontal kernel makes at the same time, from the same weights.
inline constexpr int kResampleRows = 4;

// Bytes behind the end of a row that kernels may read and write.
inline constexpr int kResampleSlackBytes = 128;

// A weight is high * 2^kResampleLowBits + low: two numbers of 16 bits, whose products with bytes
// the processor adds in pairs.
inline constexpr int kResampleLowBits = 14;

struct PackedColumns;

// Makes kResampleRows rows. Sums stand in lanes, for every pixel one a channel, in blocks of
// windows * lanes. A window is window_bytes of a row, from which its lanes take their bytes: those
// of all pairs of weights, or those of one pair, and then the window moves on.
struct ColumnKernel {
  int32_t windows, lanes, window_bytes;
  bool holds_all_pairs;
  void (*run)(const PackedColumns& columns, const uint8_t* const* sources, uint8_t* const* results);
};

// Weights along a row, for one kernel.
struct PackedColumns {
  const ColumnKernel* kernel;
  int32_t channels, window_pixels;  // that each window makes
  int32_t pairs;                    // of weights for each pixel
  int32_t blocks;
  const int32_t* offsets;   // [blocks, windows], bytes from the start of the row
  const uint8_t* shuffle;   // [blocks, windows, lanes, 4]: place in the window, or 0x80 for a zero
  const uint32_t* weights;  // [blocks, pairs, 2, windows, lanes]: pairs of low, then of high parts
};

// A pixel's weights down a column.
struct PackedRows {
  int32_t pairs;
  const uint32_t* weights;  // [pairs, 2]: low, high
};

struct ResampleKernels {
  // The first is faster, but needs the source's pixels close together.
  ColumnKernel dense, sparse;

  // The weighted sum of 2 * pairs rows. Writes whole vectors of up to kResampleSlackBytes.
  void (*vertical)(const PackedRows& rows, const uint8_t* const* sources, int64_t bytes, uint8_t* result);
};

// Keeps its memory. Single-thread.
class ColumnPacker {
 public:
  // `source_px`: pixels of a row, of which kernels then read less than kResampleSlackBytes behind
  // the end. The result is valid until the next call.
  const PackedColumns& Pack(const AxisWeights& weights, int32_t source_px, int32_t channels, const ResampleKernels& kernels);

 private:
  void Shift(const AxisWeights& weights, int32_t source_px);
  bool Fits(const ColumnKernel& kernel, int32_t window_pixels) const;
  void Choose(const ResampleKernels& kernels);
  void PackWindow(const AxisWeights& weights, int64_t window);

  PackedColumns packed_ = {};
  std::vector<int32_t> begin_, offsets_;
  std::vector<uint8_t> shuffle_;
  std::vector<uint32_t> weights_;
};

// Appends [pairs, 2] for PackedRows; an odd count gets a weight of 0.
void PackRowWeights(const int32_t* weights, int32_t count, std::vector<uint32_t>* result);

// The fastest for this processor; null without AVX2.
const ResampleKernels* FindResampleKernels();

// For tests. The first needs AVX2, the second what HasResampleAvx512 asks for: Intel since Ice
// Lake, AMD since Zen 4.
extern const ResampleKernels kResampleKernelsAvx2, kResampleKernelsAvx512;
bool HasResampleAvx512();

// The same sums without packing, for any processor. `channels` 1 or 3.
void ResampleRow(const AxisWeights& weights, int32_t channels, const uint8_t* source, uint8_t* result);
void ResampleColumn(const int32_t* weights, int32_t count, const uint8_t* const* sources, int64_t bytes, uint8_t* result);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RESAMPLE_KERNELS_H_
