#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace mica {

size_t Utf8CharacterSize(absl::string_view bytes) {
  const auto byte = [bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  if (byte(0) < 0x80) return 1;
  const size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || bytes.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
  const bool surrogate = byte(0) == 0xed && byte(1) >= 0xa0;
  const bool too_large = byte(0) == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : size;
}

size_t ValidUtf8Prefix(absl::string_view bytes) {
  size_t valid = 0;
  while (valid < bytes.size()) {
    uint64_t word = 0;  // most text is ASCII, and long
    if (bytes.size() - valid >= sizeof(word)) {
      std::memcpy(&word, bytes.data() + valid, sizeof(word));
      if ((word & 0x8080808080808080) == 0) {
        valid += sizeof(word);
        continue;
      }
    }
    const size_t size = Utf8CharacterSize(bytes.substr(valid));
    if (size == 0) break;
    valid += size;
  }
  return valid;
}

}  // namespace mica
