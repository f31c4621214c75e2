#include "viz/tensorboard/crc32c.h"

#include <glog/logging.h>
#include <isa-l/crc.h>

#include <limits>

namespace mica {

uint32_t Crc32c(absl::string_view bytes) {
  CHECK_LE(bytes.size(), size_t{std::numeric_limits<int>::max()});
  // ISA-L only reads the bytes, although it does not say const.
  unsigned char* const data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  return ~crc32_iscsi(data, static_cast<int>(bytes.size()), ~uint32_t{0});
}

uint32_t MaskedCrc32c(absl::string_view bytes) {
  const uint32_t crc = Crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

}  // namespace mica
