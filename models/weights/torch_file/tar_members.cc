#include "models/weights/torch_file/tar_members.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"

namespace mica {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kMaxMembers = 1000;

// Fields of the header: where they begin and how long they are.
constexpr size_t kNameBytes = 100;
constexpr size_t kSizeBegin = 124, kSizeBytes = 12;
constexpr size_t kChecksumBegin = 148, kChecksumBytes = 8;
constexpr size_t kTypeBegin = 156;
constexpr size_t kMagicBegin = 257;

// Octal digits between blanks or NULs.
std::optional<uint64_t> Octal(absl::string_view field) {
  uint64_t number = 0;
  while (absl::ConsumePrefix(&field, " ")) {
  }
  for (const char digit : field) {
    if (digit == ' ' || digit == '\0') break;
    if (digit < '0' || digit > '7') return std::nullopt;
    number = number << 3 | static_cast<uint64_t>(digit - '0');  // at most 12 digits
  }
  return number;
}

bool HasRightChecksum(absl::string_view header) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const bool is_checksum = i >= kChecksumBegin && i < kChecksumBegin + kChecksumBytes;
    sum += is_checksum ? ' ' : static_cast<uint8_t>(header[i]);
  }
  return Octal(header.substr(kChecksumBegin, kChecksumBytes)) == sum;
}

absl::Status Damaged(size_t place, absl::string_view text) {
  return CheckpointError(
      absl::StrCat("the tar archive is cut or damaged at byte ", place, ": ", text, "; copy or download the file again"));
}

}  // namespace

bool BeginsTar(absl::string_view first_bytes) {
  return first_bytes.size() > kMagicBegin && first_bytes.substr(kMagicBegin, 5) == "ustar";
}

absl::StatusOr<TarMembers> ListTar(absl::string_view archive) {
  TarMembers members;
  for (size_t place = 0; place < archive.size();) {
    const absl::string_view header = archive.substr(place, kBlock);
    if (header.find_first_not_of('\0') == absl::string_view::npos) break;  // the end
    if (header.size() < kBlock || !HasRightChecksum(header)) return Damaged(place, "the header's checksum is wrong");
    absl::string_view name = header.substr(0, kNameBytes);
    name = absl::StripPrefix(name.substr(0, name.find('\0')), "./");
    const std::optional<uint64_t> size = Octal(header.substr(kSizeBegin, kSizeBytes));
    place += kBlock;
    if (!size.has_value() || *size > archive.size() - place)
      return Damaged(place, absl::StrCat("\"", ShownName(name), "\" is not all there"));
    const char type = header[kTypeBegin];
    const bool is_file = type == '0' || type == '\0';
    if (is_file && !members.emplace(name, archive.substr(place, *size)).second) {
      return Damaged(place, absl::StrCat("\"", ShownName(name), "\" stands there twice"));
    }
    if (members.size() > kMaxMembers) return Damaged(place, absl::StrCat("more than ", kMaxMembers, " members"));
    place += (*size + kBlock - 1) / kBlock * kBlock;
  }
  return members;
}

}  // namespace mica
