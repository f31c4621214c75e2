// Whole numbers of 2, 4 and 8 bytes, the lowest first, at any place of a file in memory.
//   LittleU16("\x01\x02\x03", 1) == 0x0302
// The place and the bytes behind it must lie inside, which the caller has checked.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_LITTLE_ENDIAN_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_LITTLE_ENDIAN_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace mica {

// `size` is at most 8.
inline uint64_t LittleUnsigned(absl::string_view bytes, size_t place, size_t size) {
  uint64_t number = 0;
  for (size_t i = size; i-- > 0;) number = number << 8 | static_cast<uint8_t>(bytes[place + i]);
  return number;
}

inline uint16_t LittleU16(absl::string_view bytes, size_t place) {
  return static_cast<uint16_t>(LittleUnsigned(bytes, place, 2));
}

inline uint32_t LittleU32(absl::string_view bytes, size_t place) {
  return static_cast<uint32_t>(LittleUnsigned(bytes, place, 4));
}

inline uint64_t LittleU64(absl::string_view bytes, size_t place) {
  return LittleUnsigned(bytes, place, 8);
}

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_LITTLE_ENDIAN_H_
