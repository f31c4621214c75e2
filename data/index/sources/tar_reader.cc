#include "data/index/sources/tar_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/file_kind.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr int64_t kBlock = 512;
constexpr int64_t kMaxExtraBytes = 1 << 20;     // of a long name or a pax header
constexpr int64_t kMaxContentBytes = 16 << 20;  // that ContentOf() reads
constexpr int64_t kMaxSize = int64_t{1} << 62;  // of a member

// Reads ahead: far where members are so small that the next headers lie in it, else just enough for
// a header and a small member or two.
constexpr int64_t kFarBytes = 256 << 10;
constexpr int64_t kNearBytes = 4 << 10;
constexpr int64_t kSmallGap = 16 << 10;

// A field of the header.
struct Field {
  size_t begin;
  size_t size;
};
constexpr Field kName = {0, 100};
constexpr Field kSize = {124, 12};
constexpr Field kChecksum = {148, 8};
constexpr size_t kType = 156;
constexpr Field kMagic = {257, 6};
constexpr Field kPrefix = {345, 155};

absl::string_view BytesOf(absl::string_view header, Field field) {
  return header.substr(field.begin, field.size);
}

// Up to the first NUL.
absl::string_view TextOf(absl::string_view header, Field field) {
  const absl::string_view bytes = BytesOf(header, field);
  return bytes.substr(0, bytes.find('\0'));
}

bool IsZeros(absl::string_view bytes) {
  return bytes.find_first_not_of('\0') == absl::string_view::npos;
}

// Octal digits up to a blank or NUL, or after 0x80 a big-endian number; nullopt for anything else.
std::optional<int64_t> NumberOf(absl::string_view field) {
  uint64_t number = 0;
  if ((static_cast<uint8_t>(field[0]) & 0x80) != 0) {
    if (static_cast<uint8_t>(field[0]) != 0x80) return std::nullopt;  // negative, or beyond any file
    for (const char byte : field.substr(1)) {
      if (number >= uint64_t{kMaxSize} >> 8) return std::nullopt;
      number = number << 8 | static_cast<uint8_t>(byte);
    }
    return static_cast<int64_t>(number);
  }
  while (absl::ConsumePrefix(&field, " ")) {
  }
  for (const char digit : field) {
    if (digit == ' ' || digit == '\0') break;
    if (digit < '0' || digit > '7') return std::nullopt;
    number = number << 3 | static_cast<uint64_t>(digit - '0');  // at most 12 digits
  }
  return static_cast<int64_t>(number);
}

// Old programs added the bytes as signed numbers.
struct Checksums {
  int64_t of_unsigned = 0;
  int64_t of_signed = 0;
};

Checksums ChecksumsOf(absl::string_view header) {
  Checksums sums;
  for (size_t i = 0; i < header.size(); ++i) {
    const bool is_checksum = i >= kChecksum.begin && i < kChecksum.begin + kChecksum.size;
    const char byte = is_checksum ? ' ' : header[i];
    sums.of_unsigned += static_cast<uint8_t>(byte);
    sums.of_signed += static_cast<int8_t>(byte);
  }
  return sums;
}

bool HasRightChecksum(absl::string_view header) {
  const std::optional<int64_t> stored = NumberOf(BytesOf(header, kChecksum));
  const Checksums sums = ChecksumsOf(header);
  return stored.has_value() && (*stored == sums.of_unsigned || *stored == sums.of_signed);
}

std::string NameIn(absl::string_view header) {
  const absl::string_view name = TextOf(header, kName);
  const bool is_posix = BytesOf(header, kMagic) == absl::string_view("ustar\0", 6);
  const absl::string_view prefix = is_posix ? TextOf(header, kPrefix) : "";
  return prefix.empty() ? std::string(name) : absl::StrCat(prefix, "/", name);
}

int64_t Padded(int64_t size) {
  return (size + kBlock - 1) / kBlock * kBlock;
}

// What a header stands for, by its type.
enum class Kind { kMember, kFolder, kLongName, kLongLink, kPax, kGlobalPax, kSparse, kOther };

Kind KindOf(char type) {
  switch (type) {
    case '\0':
    case '0':
    case '7':
      return Kind::kMember;
    case '5':
    case 'D':
      return Kind::kFolder;
    case 'L':
      return Kind::kLongName;
    case 'K':
      return Kind::kLongLink;
    case 'x':
    case 'X':
      return Kind::kPax;
    case 'g':
      return Kind::kGlobalPax;
    case 'S':
      return Kind::kSparse;
  }
  return Kind::kOther;
}

// Whether it only says something of the member behind it.
bool IsExtra(Kind kind) {
  return kind == Kind::kLongName || kind == Kind::kLongLink || kind == Kind::kPax || kind == Kind::kGlobalPax;
}

// Links, devices and folders have no content, whatever their size says; what is unknown has.
bool HasContent(char type) {
  return !(type >= '1' && type <= '6');
}

}  // namespace

absl::Status TarReader::Problem(absl::string_view text) const {
  return DataError(absl::StrCat(Printable(file_.path()), ": ", text));
}

std::string TarReader::After() const {
  return last_name_.empty() ? "" : absl::StrCat(", behind member ", Printable(last_name_));
}

absl::Status TarReader::Open() {
  MICA_RETURN_IF_ERROR(file_.Open());
  if (file_.size() == 0) return Problem("is empty; copy or download the file again");
  return absl::OkStatus();
}

// Shorter than `size` only at the end of the file. Valid until the next call.
absl::StatusOr<absl::string_view> TarReader::View(int64_t position, int64_t size) {
  const int64_t buffer_end = buffer_begin_ + static_cast<int64_t>(buffer_.size());
  if (position < buffer_begin_ || position + size > buffer_end) {
    const bool is_near = position >= buffer_begin_ && position - buffer_end < kSmallGap;
    buffer_.resize(std::max(size, is_near ? kFarBytes : kNearBytes));
    buffer_begin_ = position;
    MICA_ASSIGN_OR_RETURN(const size_t got, file_.ReadAt(position, &buffer_[0], buffer_.size()));
    buffer_.resize(got);
  }
  return absl::string_view(buffer_).substr(position - buffer_begin_, size);
}

absl::Status TarReader::NotTar(absl::string_view start) const {
  const bool has_magic = start.size() >= kMagic.begin && absl::StartsWith(start.substr(kMagic.begin), "ustar");
  const bool is_short = static_cast<int64_t>(start.size()) < kBlock;
  if (has_magic && !is_short) return Problem("the checksum of its first header is wrong; copy or download the file again");
  const std::optional<FileKind> kind = WhatItLooksLike(start);
  if (kind.has_value() && !has_magic) return Problem(absl::StrCat("is no tar file; it ", kind->what, "; ", kind->remedy));
  return Problem(is_short ? absl::StrCat("has ", start.size(), " bytes, less than a tar header of ", kBlock)
                          : "is no tar file; name another");
}

absl::Status TarReader::CheckHeader(absl::string_view header) {
  const bool is_first = !std::exchange(has_header_, true);
  const bool is_whole = static_cast<int64_t>(header.size()) == kBlock;
  const bool is_sound = is_whole && HasRightChecksum(header);
  if (is_first && !is_sound) return NotTar(header);
  if (!is_whole) {
    return Problem(absl::StrCat("cut after ", file_.size(), " bytes, inside a header", After(), "; copy or download the file again"));
  }
  if (is_sound) return absl::OkStatus();
  return Problem(absl::StrCat("damaged at byte ", position_, After(), ": the header's checksum is wrong; copy or download the file again"));
}

// The next header that is no block of zeros; empty at the end.
absl::StatusOr<absl::string_view> TarReader::NextHeader() {
  MICA_ASSIGN_OR_RETURN(absl::string_view header, View(position_, 2 * kBlock));
  const auto is_zeros_at = [&](int64_t block) { return IsZeros(header.substr(std::min<size_t>(header.size(), block * kBlock), kBlock)); };
  if (is_zeros_at(0) && is_zeros_at(1)) {
    has_end_mark_ = static_cast<int64_t>(header.size()) == 2 * kBlock;
    MICA_RETURN_IF_ERROR(CheckPadding());
    return absl::string_view();
  }
  if (is_zeros_at(0)) {  // GNU tar passes over a lone one too
    position_ += kBlock;
    header.remove_prefix(kBlock);
  }
  header = header.substr(0, kBlock);
  MICA_RETURN_IF_ERROR(CheckHeader(header));
  return header;
}

// Readers stop at the first end, so what "cat a.tar b.tar" wrote, or what a download left as zeros,
// would be lost without a word. The padding behind the end has at most 10 KiB by default.
absl::Status TarReader::CheckPadding() {
  constexpr int64_t kMaxPadding = 1 << 20;
  const int64_t left = file_.size() - position_;
  if (left <= 0) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const absl::string_view rest, View(position_, std::min(left, kMaxPadding)));
  for (size_t begin = 0; begin + kBlock <= rest.size(); begin += kBlock) {
    const absl::string_view block = rest.substr(begin, kBlock);
    if (IsZeros(block)) continue;
    if (!HasRightChecksum(block)) return absl::OkStatus();
    return Problem(absl::StrCat("a second archive begins at byte ", position_ + static_cast<int64_t>(begin),
                                ", behind the end of the first; join archives with tar --concatenate, or name them one by one"));
  }
  if (left <= kMaxPadding) return absl::OkStatus();
  return Problem(absl::StrCat("is zeros from byte ", position_, " of ", file_.size(), " on", After(),
                              ", as a broken download leaves; copy or download the file again"));
}

absl::Status TarReader::CheckInside(absl::string_view name, int64_t size) const {
  const int64_t end = position_ + size;
  if (end <= file_.size()) return absl::OkStatus();
  return Problem(absl::StrCat("cut after ", file_.size(), " of ", end, " bytes (member ", Printable(name.substr(0, 200)),
                              "); copy or download the file again"));
}

absl::Status TarReader::ReadLongName(int64_t size, Extra* extra) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, View(position_, size));
  extra->name = std::string(bytes.substr(0, bytes.find('\0')));
  return absl::OkStatus();
}

absl::Status TarReader::ReadPaxRecord(absl::string_view key, absl::string_view value, bool is_global, Extra* extra) {
  const bool matters = key == "path" || key == "size" || absl::StartsWith(key, "GNU.sparse.");
  if (is_global && matters) {
    return Problem(absl::StrCat("its global header sets \"", Printable(key), "\" of all members, which is not read; pack it again"));
  }
  if (absl::StartsWith(key, "GNU.sparse.")) {
    return Problem(absl::StrCat("holds a sparse file", After(), "; pack it again without --sparse"));
  }
  if (key == "path") extra->name = std::string(value);
  if (key == "size" && (!absl::SimpleAtoi(value, &extra->size) || extra->size < 0 || extra->size > kMaxSize)) {
    return Problem(absl::StrCat("damaged at byte ", position_, After(), ": a size of \"", Printable(value.substr(0, 40)), "\""));
  }
  return absl::OkStatus();
}

// Records "LENGTH KEY=VALUE\n"; the length counts all of it.
absl::Status TarReader::ReadPax(int64_t size, bool is_global, Extra* extra) {
  MICA_ASSIGN_OR_RETURN(absl::string_view records, View(position_, size));
  while (!records.empty() && records[0] != '\0') {
    const size_t blank = records.find(' ');
    int64_t length = 0;
    const bool has_length = blank != absl::string_view::npos && absl::SimpleAtoi(records.substr(0, blank), &length);
    const bool fits = has_length && length > static_cast<int64_t>(blank) + 2 && length <= static_cast<int64_t>(records.size());
    const absl::string_view record = fits ? records.substr(blank + 1, length - blank - 1) : "";
    const size_t equals = record.find('=');
    if (equals == absl::string_view::npos || record.back() != '\n') {
      return Problem(
          absl::StrCat("damaged at byte ", position_, After(), ": a pax header that cannot be read; copy or download the file again"));
    }
    MICA_RETURN_IF_ERROR(ReadPaxRecord(record.substr(0, equals), record.substr(equals + 1, record.size() - equals - 2), is_global, extra));
    records.remove_prefix(length);
  }
  return absl::OkStatus();
}

// Reads a header that says something of the member behind it.
absl::Status TarReader::ReadExtra(char type, int64_t size, Extra* extra) {
  const Kind kind = KindOf(type);
  if (kind == Kind::kLongLink) return absl::OkStatus();
  if (size > kMaxExtraBytes) {
    return Problem(absl::StrCat("a header of ", size, " bytes", After(), "; at most ", kMaxExtraBytes, " are read"));
  }
  return kind == Kind::kLongName ? ReadLongName(size, extra) : ReadPax(size, kind == Kind::kGlobalPax, extra);
}

// Moves behind the next header.
absl::StatusOr<TarReader::Header> TarReader::ReadHeader(const Extra& extra) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view block, NextHeader());
  Header header;
  if (block.empty()) return header;
  header.is_end = false;
  header.type = block[kType];
  const Kind kind = KindOf(header.type);
  header.name = IsExtra(kind) || extra.name.empty() ? NameIn(block) : extra.name;
  const std::optional<int64_t> size = NumberOf(BytesOf(block, kSize));
  if (!size.has_value() || *size > kMaxSize) {
    return Problem(absl::StrCat("damaged at byte ", position_, ": member ", Printable(header.name),
                                " has no valid size; copy or download the file again"));
  }
  if (HasContent(header.type)) header.size = !IsExtra(kind) && extra.size >= 0 ? extra.size : *size;
  position_ += kBlock;
  MICA_RETURN_IF_ERROR(CheckInside(header.name, header.size));
  if (kind == Kind::kSparse) {
    return Problem(absl::StrCat("member ", Printable(header.name), " is a sparse file; pack it again without --sparse"));
  }
  return header;
}

absl::StatusOr<bool> TarReader::Next(TarMember* member) {
  Extra extra;
  while (true) {
    MICA_ASSIGN_OR_RETURN(Header header, ReadHeader(extra));
    if (header.is_end) return false;
    const Kind kind = KindOf(header.type);
    const int64_t begin = position_;
    if (IsExtra(kind)) MICA_RETURN_IF_ERROR(ReadExtra(header.type, header.size, &extra));
    position_ = begin + Padded(header.size);
    if (IsExtra(kind)) continue;
    extra = Extra();
    const bool is_folder = kind == Kind::kFolder || (kind == Kind::kMember && absl::EndsWith(header.name, "/"));  // as v7 marks them
    if (is_folder) continue;
    member->name = std::string(absl::StripPrefix(header.name, "./"));
    last_name_ = member->name;
    member->is_file = kind == Kind::kMember;
    member->offset = begin;
    member->size = member->is_file ? header.size : 0;
    return true;
  }
}

absl::StatusOr<std::string> TarReader::ContentOf(const TarMember& member) {
  if (member.size > kMaxContentBytes) {
    return Problem(absl::StrCat("member ", Printable(member.name), " of ", member.size, " bytes is too large"));
  }
  MICA_ASSIGN_OR_RETURN(const absl::string_view content, View(member.offset, member.size));
  return std::string(content);
}

}  // namespace mica
