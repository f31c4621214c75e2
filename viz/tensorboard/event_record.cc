#include "viz/tensorboard/event_record.h"

#include <cstdint>

#include "viz/tensorboard/crc32c.h"

namespace mica {
namespace {

std::string LittleEndian(uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(number >> (8 * i)));
  return text;
}

}  // namespace

void AppendEventRecord(absl::string_view data, std::string* bytes) {
  const std::string length = LittleEndian(data.size(), 8);
  *bytes += length;
  *bytes += LittleEndian(MaskedCrc32c(length), 4);
  bytes->append(data.data(), data.size());
  *bytes += LittleEndian(MaskedCrc32c(data), 4);
}

}  // namespace mica
