// The pixels that a warp takes from its source, one by one. Inlined always, for functions of
// several processor versions; products and sums are not fused (processor_versions.h).
#ifndef MICA_DATA_AUGMENT_WARP_SOURCE_H_
#define MICA_DATA_AUGMENT_WARP_SOURCE_H_

#include <emmintrin.h>

#include <cstdint>
#include <cstring>

namespace mica {

// A picture, and what lies around it.
struct WarpSource {
  const uint8_t* pixels;
  int64_t row_bytes;
  int32_t width, height;
  int32_t channels;
  const uint8_t* fill;

  [[gnu::always_inline]] const uint8_t* At(int32_t x, int32_t y) const { return pixels + y * row_bytes + x * int64_t{channels}; }
  [[gnu::always_inline]] const uint8_t* AtOrFill(int32_t x, int32_t y) const {
    return x >= 0 && x < width && y >= 0 && y < height ? At(x, y) : fill;
  }
};

namespace warp_source_internal {

[[gnu::always_inline]] inline float Mix(float a, float b, float part_of_b) {
  return a + (b - a) * part_of_b;
}

[[gnu::always_inline]] inline __m128 Mix(__m128 a, __m128 b, __m128 part_of_b) {
  return _mm_add_ps(a, _mm_mul_ps(_mm_sub_ps(b, a), part_of_b));
}

// Two RGB pixels and the bytes behind them, eight in all.
struct TwoPixels {
  __m128 left, right;
};

[[gnu::always_inline]] inline TwoPixels Load(const uint8_t* pixels) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i values = _mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(pixels)), zero);
  return {_mm_cvtepi32_ps(_mm_unpacklo_epi16(values, zero)), _mm_cvtepi32_ps(_mm_unpacklo_epi16(_mm_srli_si128(values, 6), zero))};
}

[[gnu::always_inline]] inline void Store(__m128 pixel, uint8_t* to) {
  const __m128i rounded = _mm_cvtps_epi32(pixel);
  const __m128i words = _mm_packs_epi32(rounded, rounded);
  const int32_t bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
  std::memcpy(to, &bytes, 3);
}

}  // namespace warp_source_internal

// Between the pixels at `upper` and below it, and those right of them. RGB: reads two bytes more.
[[gnu::always_inline]] inline void MixInside(const uint8_t* upper, int64_t row_bytes, int32_t channels, float right, float down,
                                             uint8_t* to) {
  using warp_source_internal::Mix;
  const uint8_t* const lower = upper + row_bytes;
  if (channels == 1) {
    const float value = Mix(Mix(upper[0], upper[1], right), Mix(lower[0], lower[1], right), down);
    *to = static_cast<uint8_t>(_mm_cvtss_si32(_mm_set_ss(value)));
    return;
  }
  const warp_source_internal::TwoPixels above = warp_source_internal::Load(upper);
  const warp_source_internal::TwoPixels below = warp_source_internal::Load(lower);
  const __m128 rights = _mm_set1_ps(right);
  warp_source_internal::Store(Mix(Mix(above.left, above.right, rights), Mix(below.left, below.right, rights), _mm_set1_ps(down)), to);
}

[[gnu::always_inline]] inline void MixAnywhere(const WarpSource& source, int32_t x, int32_t y, float right, float down, uint8_t* to) {
  using warp_source_internal::Mix;
  const uint8_t* const upper_left = source.AtOrFill(x, y);
  const uint8_t* const upper_right = source.AtOrFill(x + 1, y);
  const uint8_t* const lower_left = source.AtOrFill(x, y + 1);
  const uint8_t* const lower_right = source.AtOrFill(x + 1, y + 1);
  for (int c = 0; c < source.channels; ++c) {
    const float value = Mix(Mix(upper_left[c], upper_right[c], right), Mix(lower_left[c], lower_right[c], right), down);
    to[c] = static_cast<uint8_t>(_mm_cvtss_si32(_mm_set_ss(value)));
  }
}

[[gnu::always_inline]] inline void CopyPixel(const uint8_t* from, int32_t channels, uint8_t* to) {
  if (channels == 1) {
    *to = *from;
  } else {
    std::memcpy(to, from, 3);
  }
}

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_WARP_SOURCE_H_
