#include "data/export/tar_format.h"

#include <glog/logging.h>

#include <cstddef>

#include "absl/strings/str_format.h"

namespace mica {
namespace {

constexpr int64_t kBlock = 512;
constexpr int64_t kRecord = 20 * kBlock;

// Where the fields of a header begin.
constexpr size_t kName = 0;
constexpr size_t kMode = 100;
constexpr size_t kUid = 108;
constexpr size_t kGid = 116;
constexpr size_t kSize = 124;
constexpr size_t kMtime = 136;
constexpr size_t kChecksum = 148;
constexpr size_t kType = 156;
constexpr size_t kMagic = 257;
constexpr size_t kDevMajor = 329;
constexpr size_t kDevMinor = 337;

std::string ZerosUpTo(int64_t multiple, int64_t size) {
  return std::string(static_cast<size_t>((multiple - size % multiple) % multiple), '\0');
}

}  // namespace

std::string UstarHeader(absl::string_view name, int64_t size) {
  CHECK(!name.empty() && name.size() <= kMaxUstarName) << name;
  CHECK(size >= 0 && size <= kMaxUstarMemberBytes) << size;
  std::string header(kBlock, '\0');
  const auto put = [&header](size_t place, absl::string_view text) { header.replace(place, text.size(), text.data(), text.size()); };
  put(kName, name);
  put(kMode, "0000644");
  put(kUid, "0000000");
  put(kGid, "0000000");
  put(kSize, absl::StrFormat("%011o", size));
  put(kMtime, "00000000000");
  put(kChecksum, "        ");  // counts as blanks
  put(kType, "0");
  put(kMagic, absl::string_view("ustar\00000", 8));
  put(kDevMajor, "0000000");
  put(kDevMinor, "0000000");
  uint32_t sum = 0;
  for (const char byte : header) sum += static_cast<uint8_t>(byte);
  put(kChecksum, absl::StrFormat("%06o", sum));
  header[kChecksum + 6] = '\0';
  return header;
}

std::string UstarPadding(int64_t size) {
  return ZerosUpTo(kBlock, size);
}

std::string UstarEnd(int64_t size) {
  return std::string(2 * kBlock, '\0') + ZerosUpTo(kRecord, size + 2 * kBlock);
}

}  // namespace mica
