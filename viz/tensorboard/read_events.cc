#include "viz/tensorboard/read_events.h"

#include <glog/logging.h>

#include <cstdint>
#include <fstream>
#include <sstream>

namespace mica {
namespace {

uint32_t Checksum(const char* data, size_t size) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < size; ++i) {
    crc ^= static_cast<uint8_t>(data[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  crc = ~crc;
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

uint64_t Number(const char* data, int bytes) {
  uint64_t number = 0;
  for (int i = bytes - 1; i >= 0; --i) number = number << 8 | static_cast<uint8_t>(data[i]);
  return number;
}

}  // namespace

EventRecords ReadEventRecords(const std::string& bytes) {
  EventRecords result;
  size_t place = 0;
  while (bytes.size() - place >= 12) {
    const char* const record = bytes.data() + place;
    const uint64_t size = Number(record, 8);
    if (Number(record + 8, 4) != Checksum(record, 8) || bytes.size() - place - 12 < size + 4) return result;
    if (Number(record + 12 + size, 4) != Checksum(record + 12, size)) return result;
    result.records.emplace_back(record + 12, size);
    place += size + 16;
  }
  result.whole = place == bytes.size();
  return result;
}

std::vector<tensorboard::Event> ParseEvents(const std::string& bytes) {
  const EventRecords records = ReadEventRecords(bytes);
  CHECK(records.whole) << records.records.size() << " whole records, then something else";
  std::vector<tensorboard::Event> events;
  for (const std::string& record : records.records) {
    CHECK(events.emplace_back().ParseFromString(record));
    CHECK_EQ(events.back().SerializeAsString(), record);
  }
  return events;
}

std::vector<tensorboard::Event> ReadEventFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  CHECK(bytes << file.rdbuf()) << path;
  return ParseEvents(bytes.str());
}

}  // namespace mica
