// Compiled once for AVX2 and once for AVX-512, under the rules of resample_kernels_simd.cc.
#include <immintrin.h>

#include "data/augment/normalise_kernels.h"

namespace mica {
namespace {

#ifdef __AVX512F__

using Vector = __m512;

Vector Load(const float* values) {
  return _mm512_loadu_ps(values);
}
void Store(float* result, Vector values) {
  _mm512_storeu_ps(result, values);
}
Vector Same(float value) {
  return _mm512_set1_ps(value);
}
Vector FromBytes(const uint8_t* values) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values))));
}
Vector MultiplyAdd(Vector a, Vector b, Vector c) {
  return _mm512_fmadd_ps(a, b, c);
}
Vector NegativeMultiplyAdd(Vector a, Vector b, Vector c) {
  return _mm512_fnmadd_ps(a, b, c);
}

#else

using Vector = __m256;

Vector Load(const float* values) {
  return _mm256_loadu_ps(values);
}
void Store(float* result, Vector values) {
  _mm256_storeu_ps(result, values);
}
Vector Same(float value) {
  return _mm256_set1_ps(value);
}
Vector FromBytes(const uint8_t* values) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(values))));
}
Vector MultiplyAdd(Vector a, Vector b, Vector c) {
  return _mm256_fmadd_ps(a, b, c);
}
Vector NegativeMultiplyAdd(Vector a, Vector b, Vector c) {
  return _mm256_fnmadd_ps(a, b, c);
}

#endif

constexpr int kVectorValues = sizeof(Vector) / sizeof(float);

Vector Quotient(Vector dividend, Vector divisor, Vector inverse) {
  const Vector quotient = dividend * inverse;
  return MultiplyAdd(NegativeMultiplyAdd(quotient, divisor, dividend), inverse, quotient);
}

void Run(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result) {
  const Vector most = Same(255), inverse_most = Same(1.0f / 255);
  for (int64_t block = 0; block < blocks; ++block) {
    for (int i = 0; i < kNormaliseBlock; i += kVectorValues) {
      const Vector difference = Quotient(FromBytes(values + i), most, inverse_most) - Load(factors.mean + i);
      Store(result + i, Quotient(difference, Load(factors.std + i), Load(factors.inverse_std + i)));
    }
    values += kNormaliseBlock;
    result += kNormaliseBlock;
  }
}

}  // namespace

#ifdef __AVX512F__
void NormaliseAvx512(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result) {
  Run(factors, values, blocks, result);
}
#else
void NormaliseAvx2(const NormaliseFactors& factors, const uint8_t* values, int64_t blocks, float* result) {
  Run(factors, values, blocks, result);
}
#endif

}  // namespace mica
