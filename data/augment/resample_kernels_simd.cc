// Compiled once for AVX2 and once for AVX-512 (BUILD). So this file may not call inline functions
// of other headers unless they are always inlined, as those of immintrin.h: the linker keeps one
// copy of each for the whole program, and an older processor might not be able to run it.
#include <immintrin.h>

#include "data/augment/resample_kernels.h"

namespace mica {
namespace {

#ifdef __AVX512F__

using Vector = __m512i;

Vector Load(const void* bytes) {
  return _mm512_loadu_si512(bytes);
}
void Store(void* bytes, Vector values) {
  _mm512_storeu_si512(bytes, values);
}
Vector Same(int32_t value) {
  return _mm512_set1_epi32(value);
}
Vector AddPairs(Vector sum, Vector pixels, Vector weights) {
  return _mm512_dpwssd_epi32(sum, pixels, weights);
}
Vector Add(Vector a, Vector b) {
  return _mm512_add_epi32(a, b);
}
Vector ShiftLeft(Vector values, int bits) {
  return _mm512_slli_epi32(values, bits);
}
Vector ShiftRight(Vector values, int bits) {
  return _mm512_srai_epi32(values, bits);
}
// These work in quarters of the vector. Packing undoes the order of unpacking.
Vector UnpackLow(Vector a, Vector b) {
  return _mm512_unpacklo_epi8(a, b);
}
Vector UnpackHigh(Vector a, Vector b) {
  return _mm512_unpackhi_epi8(a, b);
}
Vector Pack(Vector a, Vector b, Vector c, Vector d) {
  return _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
}

Vector Permute(Vector bytes, Vector places) {
  constexpr uint64_t kLowBytes = 0x5555555555555555;
  return _mm512_maskz_permutexvar_epi8(kLowBytes, places, bytes);
}

struct OneWindow {
  static constexpr int kWindows = 1, kLanes = 16, kWindowBytes = 64;
  static void StoreLanes(uint8_t* result, int64_t, Vector lanes) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(result), _mm512_cvtusepi32_epi8(_mm512_max_epi32(lanes, _mm512_setzero_si512())));
  }
};

struct DenseColumns : OneWindow {
  static constexpr bool kHoldsAllPairs = true;
  static Vector Gather(const uint8_t* row, const int32_t* offsets, int32_t skipped, Vector shuffle) {
    return Permute(Load(row + offsets[0]), _mm512_add_epi8(shuffle, _mm512_set1_epi8(skipped)));
  }
};

struct SparseColumns : OneWindow {
  static constexpr bool kHoldsAllPairs = false;
  static Vector Gather(const uint8_t* row, const int32_t* offsets, int32_t skipped, Vector shuffle) {
    return Permute(Load(row + offsets[0] + skipped), shuffle);
  }
};

#else

using Vector = __m256i;

Vector Load(const void* bytes) {
  return _mm256_loadu_si256(static_cast<const Vector*>(bytes));
}
void Store(void* bytes, Vector values) {
  _mm256_storeu_si256(static_cast<Vector*>(bytes), values);
}
Vector Same(int32_t value) {
  return _mm256_set1_epi32(value);
}
Vector AddPairs(Vector sum, Vector pixels, Vector weights) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pixels, weights));
}
Vector Add(Vector a, Vector b) {
  return _mm256_add_epi32(a, b);
}
Vector ShiftLeft(Vector values, int bits) {
  return _mm256_slli_epi32(values, bits);
}
Vector ShiftRight(Vector values, int bits) {
  return _mm256_srai_epi32(values, bits);
}
// These work in halves of the vector. Packing undoes the order of unpacking.
Vector UnpackLow(Vector a, Vector b) {
  return _mm256_unpacklo_epi8(a, b);
}
Vector UnpackHigh(Vector a, Vector b) {
  return _mm256_unpackhi_epi8(a, b);
}
Vector Pack(Vector a, Vector b, Vector c, Vector d) {
  return _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
}

__m128i LoadHalf(const uint8_t* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}
void StoreHalves(uint8_t* result, int64_t distance, Vector lanes) {
  const Vector bytes = Pack(lanes, lanes, lanes, lanes);
  _mm_storeu_si32(result, _mm256_castsi256_si128(bytes));
  _mm_storeu_si32(result + distance, _mm256_extracti128_si256(bytes, 1));
}

// Both halves take their pixels from the same bytes.
struct DenseColumns {
  static constexpr int kWindows = 1, kLanes = 8, kWindowBytes = 16;
  static constexpr bool kHoldsAllPairs = false;
  static Vector Gather(const uint8_t* row, const int32_t* offsets, int32_t skipped, Vector shuffle) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(LoadHalf(row + offsets[0] + skipped)), shuffle);
  }
  static void StoreLanes(uint8_t* result, int64_t, Vector lanes) { StoreHalves(result, kLanes / 2, lanes); }
};

struct SparseColumns {
  static constexpr int kWindows = 2, kLanes = 4, kWindowBytes = 16;
  static constexpr bool kHoldsAllPairs = false;
  static Vector Gather(const uint8_t* row, const int32_t* offsets, int32_t skipped, Vector shuffle) {
    const __m128i low = LoadHalf(row + offsets[0] + skipped), high = LoadHalf(row + offsets[1] + skipped);
    return _mm256_shuffle_epi8(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1), shuffle);
  }
  static void StoreLanes(uint8_t* result, int64_t window_bytes, Vector lanes) { StoreHalves(result, window_bytes, lanes); }
};

#endif

constexpr int kVectorBytes = sizeof(Vector);
constexpr int kHalf = 1 << (kResampleBits - 1);

Vector Finish(Vector low, Vector high) {
  return ShiftRight(Add(low, ShiftLeft(high, kResampleLowBits)), kResampleBits);
}

template <typename Columns>
void Horizontal(const PackedColumns& columns, const uint8_t* const* sources, uint8_t* const* results) {
  constexpr int kBlockLanes = Columns::kWindows * Columns::kLanes;
  const int64_t window_bytes = int64_t{columns.window_pixels} * columns.channels;
  const int32_t step = 2 * columns.channels, pairs = columns.pairs;
  const uint32_t* weights = columns.weights;
  const uint8_t* shuffles = columns.shuffle;
  const int32_t* offsets = columns.offsets;
  int64_t done = 0;
  for (int32_t block = 0; block < columns.blocks; ++block) {
    const Vector shuffle = Load(shuffles);
    Vector low[kResampleRows], high[kResampleRows];
    for (int r = 0; r < kResampleRows; ++r) {
      low[r] = Same(kHalf);
      high[r] = Same(0);
    }
    for (int32_t pair = 0; pair < pairs; ++pair) {
      const Vector low_weights = Load(weights), high_weights = Load(weights + kBlockLanes);
      weights += 2 * kBlockLanes;
      for (int r = 0; r < kResampleRows; ++r) {
        const Vector pixels = Columns::Gather(sources[r], offsets, pair * step, shuffle);
        low[r] = AddPairs(low[r], pixels, low_weights);
        high[r] = AddPairs(high[r], pixels, high_weights);
      }
    }
    for (int r = 0; r < kResampleRows; ++r) Columns::StoreLanes(results[r] + done, window_bytes, Finish(low[r], high[r]));
    done += Columns::kWindows * window_bytes;
    shuffles += kVectorBytes;
    offsets += Columns::kWindows;
  }
}

template <typename Columns>
constexpr ColumnKernel KernelOf() {
  return {Columns::kWindows, Columns::kLanes, Columns::kWindowBytes, Columns::kHoldsAllPairs, Horizontal<Columns>};
}

void Vertical(const PackedRows& rows, const uint8_t* const* sources, int64_t bytes, uint8_t* result) {
  const Vector zero = Same(0);
  for (int64_t x = 0; x < bytes; x += kVectorBytes) {
    Vector low[4] = {Same(kHalf), Same(kHalf), Same(kHalf), Same(kHalf)}, high[4] = {zero, zero, zero, zero};
    for (int32_t pair = 0; pair < rows.pairs; ++pair) {
      const Vector a = Load(sources[2 * pair] + x), b = Load(sources[2 * pair + 1] + x);
      const Vector low_weights = Same(rows.weights[2 * pair]), high_weights = Same(rows.weights[2 * pair + 1]);
      const Vector left = UnpackLow(a, b), right = UnpackHigh(a, b);
      const Vector pixels[4] = {UnpackLow(left, zero), UnpackHigh(left, zero), UnpackLow(right, zero), UnpackHigh(right, zero)};
      for (int i = 0; i < 4; ++i) {
        low[i] = AddPairs(low[i], pixels[i], low_weights);
        high[i] = AddPairs(high[i], pixels[i], high_weights);
      }
    }
    Store(result + x, Pack(Finish(low[0], high[0]), Finish(low[1], high[1]), Finish(low[2], high[2]), Finish(low[3], high[3])));
  }
}

}  // namespace

#ifdef __AVX512F__
extern const ResampleKernels kResampleKernelsAvx512 = {KernelOf<DenseColumns>(), KernelOf<SparseColumns>(), Vertical};
#else
extern const ResampleKernels kResampleKernelsAvx2 = {KernelOf<DenseColumns>(), KernelOf<SparseColumns>(), Vertical};
#endif

}  // namespace mica
