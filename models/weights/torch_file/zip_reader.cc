#include "models/weights/torch_file/zip_reader.h"

#include <libdeflate.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/available_memory.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/little_endian.h"

namespace mica {
namespace {

constexpr char kCopyAgain[] = "copy or download the file again";

constexpr absl::string_view kEntrySignature("PK\x01\x02", 4);
constexpr absl::string_view kLocalSignature("PK\x03\x04", 4);
constexpr absl::string_view kEndSignature("PK\x05\x06", 4);
constexpr absl::string_view kEnd64Signature("PK\x06\x06", 4);
constexpr absl::string_view kLocatorSignature("PK\x06\x07", 4);
constexpr uint64_t kEntryBytes = 46;  // without name, extra fields and comment
constexpr uint64_t kLocalBytes = 30;
constexpr uint64_t kEndBytes = 22;
constexpr uint64_t kEnd64Bytes = 56;
constexpr uint64_t kLocatorBytes = 20;
constexpr uint64_t kMaxCommentBytes = 0xffff;
constexpr uint16_t kZip64Field = 1;        // the extra field of large sizes
constexpr uint32_t kInExtra = 0xffffffff;  // instead of a number that stands in that field
constexpr uint16_t kEncrypted = 1 | 1 << 6 | 1 << 13;

// Deflated archives of weights shrink by a few percent. A thousandfold is possible, and a bomb.
constexpr uint64_t kMaxRatio = 100;
constexpr uint64_t kMaxSmall = uint64_t{16} << 20;  // that any archive may unpack to

// Where the list of entries lies.
struct ListPlace {
  uint64_t begin = 0;
  uint64_t size = 0;
  uint64_t count = 0;
};

// What the list says of an entry that is not looked up yet.
struct ListedEntry {
  ZipEntry entry;
  uint64_t header = 0;  // its local header's place
  uint64_t stored_bytes = 0;
  uint16_t flags = 0;
  uint16_t method = 0;
};

absl::Status Damaged(absl::string_view text) {
  return CheckpointError(absl::StrCat("the zip archive is cut or damaged: ", text, "; ", kCopyAgain));
}

std::string Shown(absl::string_view name) {
  return absl::StrCat("\"", ShownName(name), "\"");
}

// The end record is the last thing in an archive, but for a comment whose length it gives.
std::optional<uint64_t> FindEnd(absl::string_view archive) {
  if (archive.size() < kEndBytes) return std::nullopt;
  const uint64_t last = archive.size() - kEndBytes;
  const uint64_t first = last - std::min(last, kMaxCommentBytes);
  for (uint64_t place = last;; --place) {
    if (archive.substr(place, 4) == kEndSignature && place + kEndBytes + LittleU16(archive, place + 20) == archive.size()) return place;
    if (place == first) return std::nullopt;
  }
}

absl::StatusOr<ListPlace> ReadEnd64(absl::string_view archive, uint64_t locator) {
  const uint64_t place = LittleU64(archive, locator + 8);
  if (place > locator || locator - place < kEnd64Bytes || archive.substr(place, 4) != kEnd64Signature) {
    return Damaged(absl::StrCat("its ZIP64 end record is not at byte ", place));
  }
  return ListPlace{LittleU64(archive, place + 48), LittleU64(archive, place + 40), LittleU64(archive, place + 32)};
}

absl::StatusOr<ListPlace> FindList(absl::string_view archive) {
  const std::optional<uint64_t> end = FindEnd(archive);
  if (!end.has_value()) return Damaged(absl::StrCat("there is no end record in its ", archive.size(), " bytes"));
  ListPlace list = {LittleU32(archive, *end + 16), LittleU32(archive, *end + 12), LittleU16(archive, *end + 10)};
  if (LittleU16(archive, *end + 4) != LittleU16(archive, *end + 6)) {
    return CheckpointError("the zip archive is one of several parts; join them, or name another file");
  }
  uint64_t list_limit = *end;
  if (*end >= kLocatorBytes && archive.substr(*end - kLocatorBytes, 4) == kLocatorSignature) {
    list_limit = *end - kLocatorBytes;
    MICA_ASSIGN_OR_RETURN(list, ReadEnd64(archive, list_limit));
  }
  if (list.begin > list_limit || list.size > list_limit - list.begin) {
    return Damaged(absl::StrCat("its list of files would lie at bytes ", list.begin, " to ", list.begin + list.size, " of ", list_limit));
  }
  if (list.count > list.size / kEntryBytes) {
    return Damaged(absl::StrCat("it would list ", list.count, " files in ", list.size, " bytes"));
  }
  return list;
}

// Takes the numbers that do not fit into 32 bits from the extra fields, in their fixed order.
absl::Status ReadZip64(absl::string_view extra, ListedEntry* listed) {
  uint64_t* const numbers[] = {&listed->entry.size, &listed->stored_bytes, &listed->header};
  const auto is_missing = [](const uint64_t* number) { return *number == kInExtra; };
  if (std::none_of(std::begin(numbers), std::end(numbers), is_missing)) return absl::OkStatus();
  while (extra.size() >= 4) {
    const uint16_t id = LittleU16(extra, 0);
    absl::string_view field = extra.substr(4, LittleU16(extra, 2));
    extra.remove_prefix(std::min<size_t>(extra.size(), 4 + LittleU16(extra, 2)));
    if (id != kZip64Field) continue;
    for (uint64_t* const number : numbers) {
      if (!is_missing(number)) continue;
      if (field.size() < 8) return Damaged(absl::StrCat("the ZIP64 field of ", Shown(listed->entry.name), " is too short"));
      *number = LittleU64(field, 0);
      field.remove_prefix(8);
    }
    return absl::OkStatus();
  }
  return absl::OkStatus();  // exactly 2^32 - 1 bytes, which the checks of sizes judge
}

// Takes the first entry of `list` off it.
absl::StatusOr<ListedEntry> TakeEntry(absl::string_view* list) {
  const absl::string_view record = *list;
  if (record.size() < kEntryBytes || record.substr(0, 4) != kEntrySignature) return Damaged("its list of files ends too early");
  const uint64_t name_bytes = LittleU16(record, 28), extra_bytes = LittleU16(record, 30), comment_bytes = LittleU16(record, 32);
  const uint64_t bytes = kEntryBytes + name_bytes + extra_bytes + comment_bytes;
  if (bytes > record.size()) return Damaged("its list of files ends inside a name");
  ListedEntry listed;
  listed.flags = LittleU16(record, 8);
  listed.method = LittleU16(record, 10);
  listed.entry.crc32 = LittleU32(record, 16);
  listed.stored_bytes = LittleU32(record, 20);
  listed.entry.size = LittleU32(record, 24);
  listed.header = LittleU32(record, 42);
  listed.entry.name = record.substr(kEntryBytes, name_bytes);
  MICA_RETURN_IF_ERROR(ReadZip64(record.substr(kEntryBytes + name_bytes, extra_bytes), &listed));
  list->remove_prefix(bytes);
  return listed;
}

absl::Status CheckName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, absl::ByAnyChar("/\\"));
  const bool leaves = absl::StartsWith(name, "/") || std::find(parts.begin(), parts.end(), "..") != parts.end();
  if (!name.empty() && !leaves && !absl::StrContains(name, absl::string_view("\0", 1))) return absl::OkStatus();
  return CheckpointError(absl::StrCat("the zip archive holds a file named ", Shown(name), ", which no program that saves weights writes"));
}

absl::Status CheckKind(const ListedEntry& listed) {
  const std::string name = Shown(listed.entry.name);
  if ((listed.flags & kEncrypted) != 0)
    return CheckpointError(absl::StrCat(name, " in the zip archive is encrypted; unpack and pack it again"));
  if (listed.method != 0 && listed.method != 8) {
    return CheckpointError(absl::StrCat(name, " in the zip archive is compressed by method ", listed.method,
                                        ", expected stored (0) or deflate (8); unpack and pack it again with zip -0"));
  }
  if (listed.method == 0 && listed.stored_bytes != listed.entry.size) {
    return Damaged(absl::StrCat(name, " is stored in ", listed.stored_bytes, " bytes, but would have ", listed.entry.size));
  }
  return absl::OkStatus();
}

// Fills `stored` from the local header, which must tell the same name.
absl::Status Locate(absl::string_view archive, uint64_t limit, ListedEntry* listed) {
  const std::string name = Shown(listed->entry.name);
  if (listed->header > limit || limit - listed->header < kLocalBytes)
    return Damaged(absl::StrCat(name, " would begin at byte ", listed->header));
  const absl::string_view header = archive.substr(listed->header, limit - listed->header);
  const uint64_t name_bytes = LittleU16(header, 26), begin = kLocalBytes + name_bytes + LittleU16(header, 28);
  if (header.substr(0, 4) != kLocalSignature || header.substr(kLocalBytes, name_bytes) != listed->entry.name) {
    return Damaged(absl::StrCat("at byte ", listed->header, " there is no file ", name));
  }
  if (begin > header.size() || listed->stored_bytes > header.size() - begin) {
    return Damaged(absl::StrCat(name, " has ", listed->stored_bytes, " bytes, which do not fit in front of byte ", limit));
  }
  listed->entry.stored = header.substr(begin, listed->stored_bytes);
  listed->entry.is_deflated = listed->method == 8;
  return absl::OkStatus();
}

// From its header to its last byte an entry shares nothing with another, so that a small archive
// cannot hold a large file many times.
absl::Status CheckOverlaps(absl::string_view archive, std::vector<ListedEntry> entries) {
  std::sort(entries.begin(), entries.end(), [](const ListedEntry& a, const ListedEntry& b) { return a.header < b.header; });
  for (size_t i = 1; i < entries.size(); ++i) {
    const ZipEntry& before = entries[i - 1].entry;
    const uint64_t end = before.stored.data() + before.stored.size() - archive.data();
    if (entries[i].header < end) {
      return CheckpointError(absl::StrCat("files in the zip archive overlap: ", Shown(entries[i].entry.name), " begins inside ",
                                          Shown(before.name), "; ", kCopyAgain));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNamesDiffer(const std::vector<ListedEntry>& entries) {
  std::vector<absl::string_view> names;
  names.reserve(entries.size());
  for (const ListedEntry& listed : entries) names.push_back(listed.entry.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return absl::OkStatus();
  return CheckpointError(absl::StrCat("the zip archive holds ", Shown(*twice), " twice; pack it again"));
}

absl::Status CheckUnpackedSize(uint64_t archive_bytes, const std::vector<ListedEntry>& entries) {
  const auto memory = static_cast<uint64_t>(TotalMemoryBytes().value_or(std::numeric_limits<int64_t>::max()));
  const uint64_t most = std::min(kMaxSmall + kMaxRatio * archive_bytes, memory / 2);
  uint64_t unpacked = 0;
  for (const ListedEntry& listed : entries) {
    if (!listed.entry.is_deflated) continue;
    if (__builtin_add_overflow(unpacked, listed.entry.size, &unpacked) || unpacked > most) {
      return CheckpointError(absl::StrCat("the zip archive of ", archive_bytes, " bytes would unpack to more than ", kMaxRatio,
                                          " times its size, or half of the machine's memory, at ", Shown(listed.entry.name),
                                          "; unpack and pack it again with zip -0"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> Inflate(const ZipEntry& entry, std::deque<std::string>* unpacked) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(libdeflate_alloc_decompressor(),
                                                                                                       libdeflate_free_decompressor);
  std::string content(entry.size, '\0');
  // Without a place for the actual size, anything but exactly `size` bytes is an error.
  const libdeflate_result result =
      libdeflate_deflate_decompress(decompressor.get(), entry.stored.data(), entry.stored.size(), content.data(), content.size(), nullptr);
  if (result != LIBDEFLATE_SUCCESS) {
    return Damaged(absl::StrCat(Shown(entry.name), " does not unpack to the ", entry.size, " bytes that it should have"));
  }
  return unpacked->emplace_back(std::move(content));
}

}  // namespace

absl::StatusOr<std::vector<ZipEntry>> ListZip(absl::string_view archive) {
  MICA_ASSIGN_OR_RETURN(const ListPlace place, FindList(archive));
  absl::string_view list = archive.substr(place.begin, place.size);
  std::vector<ListedEntry> listed;
  listed.reserve(place.count);
  while (!list.empty()) {
    MICA_ASSIGN_OR_RETURN(ListedEntry entry, TakeEntry(&list));
    MICA_RETURN_IF_ERROR(CheckName(entry.entry.name));
    MICA_RETURN_IF_ERROR(CheckKind(entry));
    MICA_RETURN_IF_ERROR(Locate(archive, place.begin, &entry));
    listed.push_back(entry);
  }
  if (listed.size() != place.count) return Damaged(absl::StrCat("it lists ", listed.size(), " files, but says ", place.count));
  MICA_RETURN_IF_ERROR(CheckNamesDiffer(listed));
  MICA_RETURN_IF_ERROR(CheckOverlaps(archive, listed));
  MICA_RETURN_IF_ERROR(CheckUnpackedSize(archive.size(), listed));
  std::vector<ZipEntry> entries;
  entries.reserve(listed.size());
  for (const ListedEntry& entry : listed) entries.push_back(entry.entry);
  return entries;
}

absl::StatusOr<absl::string_view> UnpackZipEntry(const ZipEntry& entry, std::deque<std::string>* unpacked) {
  return entry.is_deflated ? Inflate(entry, unpacked) : entry.stored;
}

absl::Status CheckZipContent(const ZipEntry& entry, absl::string_view content) {
  if (entry.crc32 == 0) return absl::OkStatus();
  const uint32_t found = libdeflate_crc32(0, content.data(), content.size());
  if (found == entry.crc32) return absl::OkStatus();
  return Damaged(absl::StrCat("the checksum of ", Shown(entry.name), " is ", absl::Hex(found, absl::kZeroPad8), ", expected ",
                              absl::Hex(entry.crc32, absl::kZeroPad8)));
}

absl::StatusOr<absl::string_view> ZipContent(const ZipEntry& entry, std::deque<std::string>* unpacked) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view content, UnpackZipEntry(entry, unpacked));
  MICA_RETURN_IF_ERROR(CheckZipContent(entry, content));
  return content;
}

}  // namespace mica
