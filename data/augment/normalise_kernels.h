// The arithmetic behind pixel_normaliser.h, for this processor. Thread-safe.
#ifndef MICA_DATA_AUGMENT_NORMALISE_KERNELS_H_
#define MICA_DATA_AUGMENT_NORMALISE_KERNELS_H_

#include <cstdint>

namespace mica {

// A multiple of 3 channels and of a vector's 16 values.
inline constexpr int kNormaliseBlock = 48;

// Of value i of a block.
struct NormaliseFactors {
  float mean[kNormaliseBlock];
  float std[kNormaliseBlock];
  float inverse_std[kNormaliseBlock];
};

// Makes `blocks` blocks. Divides by multiplying with the inverse and correcting by the remainder,
// which gives the rounded quotient but for rare divisors.
using NormaliseKernel = void (*)(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result);

// The fastest for this processor; null without AVX2 and FMA.
NormaliseKernel FindNormaliseKernel();

// The first needs AVX2 and FMA, the second AVX-512F.
void NormaliseAvx2(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result);
void NormaliseAvx512(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_NORMALISE_KERNELS_H_
