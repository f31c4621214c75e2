#include "data/decode/exif_orientation.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace mica {
namespace {

constexpr int64_t kTiffHeaderBytes = 8;
constexpr int64_t kEntryBytes = 12;
constexpr uint8_t kAsStored = 1;

struct ByteOrder {
  uint32_t (*number16)(absl::string_view);
  uint32_t (*number32)(absl::string_view);
};

std::optional<ByteOrder> ByteOrderOf(absl::string_view tiff_header) {
  if (absl::StartsWith(tiff_header, absl::string_view("II*\0", 4))) return ByteOrder{LittleEndian16, LittleEndian32};
  if (absl::StartsWith(tiff_header, absl::string_view("MM\0*", 4))) return ByteOrder{BigEndian16, BigEndian32};
  return std::nullopt;
}

// The number in an entry: tag, type, count, value. 0 for a type that is no whole number. The
// standard wants SHORT, but others are met.
uint32_t NumberIn(absl::string_view entry, const ByteOrder& order) {
  constexpr uint32_t kByte = 1, kShort = 3, kLong = 4, kSignedByte = 6, kSignedShort = 8, kSignedLong = 9;
  const absl::string_view value = entry.substr(8);
  const uint32_t type = order.number16(entry.substr(2));
  if (type == kByte || type == kSignedByte) return static_cast<uint8_t>(value[0]);
  if (type == kShort || type == kSignedShort) return order.number16(value);
  if (type == kLong || type == kSignedLong) return order.number32(value);
  return 0;
}

uint8_t OrientationIn(absl::string_view entry, const ByteOrder& order) {
  const uint32_t count = order.number32(entry.substr(4));
  const uint32_t value = NumberIn(entry, order);
  return count == 1 && value >= 1 && value <= 8 ? static_cast<uint8_t>(value) : kAsStored;
}

}  // namespace

uint8_t ExifOrientation(HeaderWindow& window, int64_t begin, int64_t size) {
  constexpr uint32_t kOrientationTag = 0x0112;
  constexpr absl::string_view kPrefix("Exif\0\0", 6);
  if (window.At(begin, kPrefix.size()) == kPrefix) {
    begin += kPrefix.size();
    size -= kPrefix.size();
  }
  const absl::string_view header = window.At(begin, kTiffHeaderBytes);
  const std::optional<ByteOrder> order = ByteOrderOf(header);
  if (!order.has_value() || header.size() < kTiffHeaderBytes) return kAsStored;
  const int64_t directory = order->number32(header.substr(4));
  if (directory < kTiffHeaderBytes || directory + 2 > size) return kAsStored;
  const int64_t count = order->number16(window.At(begin + directory, 2));
  const int64_t entries = std::min({count, kMaxExifEntries, (size - directory - 2) / kEntryBytes});
  for (int64_t i = 0; i < entries; ++i) {
    const absl::string_view entry = window.At(begin + directory + 2 + i * kEntryBytes, kEntryBytes);
    if (entry.size() < kEntryBytes) return kAsStored;
    if (order->number16(entry) == kOrientationTag) return OrientationIn(entry, *order);
  }
  return kAsStored;
}

}  // namespace mica
