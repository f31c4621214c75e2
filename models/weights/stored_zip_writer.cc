#include "models/weights/stored_zip_writer.h"

#include <glog/logging.h>
#include <libdeflate.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr uint64_t kMaxOf32Bits = 0xFFFFFFFF;  // and the sign that ZIP64 holds the number
constexpr uint64_t kMaxOf16Bits = 0xFFFF;
constexpr size_t kMaxAlignment = 32768;
constexpr uint16_t kZip64Version = 45, kPlainVersion = 20;  // 4.5 and 2.0: what a reader must know
constexpr uint16_t kUtf8Names = 1 << 11;
constexpr uint16_t kFirstOfJanuary1980 = 1 << 5 | 1;
constexpr uint16_t kZip64Field = 0x0001;
constexpr uint16_t kPaddingField = 0x4246;  // "FB", as PyTorch pads
constexpr size_t kFieldHeader = 4;          // a field's number and size

// `bytes` of the number, little-endian.
std::string Number(uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(number >> (8 * i)));
  return text;
}

std::string Clipped(uint64_t number) {
  return Number(std::min(number, kMaxOf32Bits), 4);
}

// The extra field with those of the numbers that do not fit into 32 bits, in this order; may be
// empty.
std::string Zip64Field(const std::vector<uint64_t>& numbers) {
  std::string large;
  for (const uint64_t number : numbers) {
    if (number >= kMaxOf32Bits) large += Number(number, 8);
  }
  return large.empty() ? "" : absl::StrCat(Number(kZip64Field, 2), Number(large.size(), 2), large);
}

// A field of zeros that ends at a multiple of `alignment`, if it begins at `place`; may be empty.
std::string PaddingField(uint64_t place, size_t alignment) {
  if (place % alignment == 0) return "";
  const size_t zeros = (alignment - (place + kFieldHeader) % alignment) % alignment;
  return absl::StrCat(Number(kPaddingField, 2), Number(zeros, 2), std::string(zeros, '\0'));
}

std::string Version(bool is_zip64) {
  return Number(is_zip64 ? kZip64Version : kPlainVersion, 2);
}

// What local header and directory share, from the flags on.
std::string Description(uint32_t checksum, uint64_t size, size_t name_bytes, size_t extra_bytes) {
  constexpr int kStored = 0;
  return absl::StrCat(Number(kUtf8Names, 2), Number(kStored, 2), Number(/*number=*/0, 2), Number(kFirstOfJanuary1980, 2),
                      Number(checksum, 4), Clipped(size), Clipped(size), Number(name_bytes, 2), Number(extra_bytes, 2));
}

}  // namespace

void StoredZipWriter::Add(absl::string_view name, absl::string_view data) {
  constexpr size_t kLocalHeader = 30;
  CHECK_LE(name.size(), kMaxOf16Bits);
  CHECK(alignment_ >= 1 && alignment_ <= kMaxAlignment) << alignment_;
  const Record record = {std::string(name), data.size(), archive_.size(), libdeflate_crc32(0, data.data(), data.size())};
  std::string extra = Zip64Field({record.size, record.size});
  const bool is_zip64 = !extra.empty();
  extra += PaddingField(archive_.size() + kLocalHeader + name.size() + extra.size(), alignment_);
  absl::StrAppend(&archive_, "PK\x03\x04", Version(is_zip64), Description(record.checksum, record.size, name.size(), extra.size()), name,
                  extra);
  archive_.append(data.data(), data.size());
  records_.push_back(record);
}

std::vector<uint32_t> StoredZipWriter::Checksums() const {
  std::vector<uint32_t> checksums;
  for (const Record& record : records_) checksums.push_back(record.checksum);
  return checksums;
}

void StoredZipWriter::AppendDirectory() {
  for (const Record& record : records_) {
    const std::string extra = Zip64Field({record.size, record.size, record.place});
    const std::string version = Version(!extra.empty());
    absl::StrAppend(&archive_, "PK\x01\x02", version, version, Description(record.checksum, record.size, record.name.size(), extra.size()));
    // No comment, the first disk, no attributes.
    absl::StrAppend(&archive_, std::string(10, '\0'), Clipped(record.place), record.name, extra);
  }
}

std::string StoredZipWriter::Finish() && {
  constexpr uint64_t kRestOfZip64End = 44;
  const uint64_t begin = archive_.size(), count = records_.size();
  AppendDirectory();
  const uint64_t end = archive_.size(), size = end - begin;
  const std::string first_disk(4, '\0');
  if (count >= kMaxOf16Bits || begin >= kMaxOf32Bits || size >= kMaxOf32Bits) {
    absl::StrAppend(&archive_, "PK\x06\x06", Number(kRestOfZip64End, 8), Version(true), Version(true), first_disk, first_disk,
                    Number(count, 8), Number(count, 8), Number(size, 8), Number(begin, 8));
    absl::StrAppend(&archive_, "PK\x06\x07", first_disk, Number(end, 8), Number(/*disks=*/1, 4));
  }
  const std::string entries = Number(std::min(count, kMaxOf16Bits), 2);
  absl::StrAppend(&archive_, "PK\x05\x06", first_disk, entries, entries, Clipped(size), Clipped(begin), Number(/*comment=*/0, 2));
  return std::move(archive_);
}

}  // namespace mica
