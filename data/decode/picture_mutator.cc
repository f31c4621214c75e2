#include "data/decode/picture_mutator.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mica {
namespace {

uint32_t BigEndianAt(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

std::string WithRightChecksums(std::string bytes) {
  size_t at = 8;
  while (at + 12 <= bytes.size()) {
    const uint32_t length = BigEndianAt(bytes, at);
    if (length > bytes.size() - at - 12) break;
    const uint32_t checksum = crc32(0, reinterpret_cast<const Bytef*>(&bytes[at + 4]), length + 4);
    for (int i = 0; i < 4; ++i) bytes[at + 8 + length + i] = static_cast<char>(checksum >> (24 - 8 * i));
    at += 12 + length;
  }
  return bytes;
}

}  // namespace

std::string MutatePicture(std::string bytes, PictureFormat format, std::mt19937* random) {
  const auto below = [&](size_t bound) { return (*random)() % std::max<size_t>(1, bound); };
  for (auto change = below(3) + 1; change > 0 && !bytes.empty(); --change) {
    const size_t at = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << below(8));
        break;
      case 1:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 2:
        bytes[at] = below(2) == 0 ? '\xff' : '\0';
        break;
      case 3:
        bytes.erase(at, 1 + below(8));
        break;
      case 4:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(16)));
        break;
      case 5:
        bytes.resize(at);
        break;
    }
  }
  if (format == PictureFormat::kPng && below(8) != 0) bytes = WithRightChecksums(std::move(bytes));
  return bytes;
}

}  // namespace mica
