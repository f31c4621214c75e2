// Numbers as bytes. Inlined always, for functions of several processor versions.
#ifndef MICA_DATA_AUGMENT_CLAMPED_BYTE_H_
#define MICA_DATA_AUGMENT_CLAMPED_BYTE_H_

#include <cstdint>

namespace mica {

// The fraction is cut off, as torch's conversion to u8 does. `value`: any number but NaN.
[[gnu::always_inline]] inline uint8_t ClampedByte(float value) {
  const float above = value < 0 ? 0 : value;
  return static_cast<uint8_t>(static_cast<int32_t>(above > 255 ? 255 : above));
}

// Halves go to the even number, as torch's round does. `value` is in [0, 255.5).
[[gnu::always_inline]] inline uint8_t RoundedByte(float value) {
  constexpr float kNoFractions = 1 << 23;  // from there on floats are whole
  return static_cast<uint8_t>(static_cast<int32_t>((value + kNoFractions) - kNoFractions));
}

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_CLAMPED_BYTE_H_
