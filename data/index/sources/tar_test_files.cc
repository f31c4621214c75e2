#include "data/index/sources/tar_test_files.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace mica {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameBytes = 100;

std::string Padded(std::string bytes, size_t unit) {
  bytes.resize((bytes.size() + unit - 1) / unit * unit);
  return bytes;
}

absl::string_view MagicOf(TarFormat format) {
  switch (format) {
    case TarFormat::kV7:
      return "";
    case TarFormat::kUstar:
    case TarFormat::kPax:
      return absl::string_view(
          "ustar\0"
          "00",
          8);
    case TarFormat::kGnu:
      return absl::string_view("ustar  \0", 8);
  }
  return "";
}

std::string Stored(absl::string_view name, absl::string_view content, char type, TarFormat format, absl::string_view prefix = "") {
  return absl::StrCat(TarHeader(name, absl::StrFormat("%011o", content.size()), type, MagicOf(format), prefix),
                      Padded(std::string(content), kBlock));
}

std::string PaxRecord(absl::string_view key, absl::string_view value) {
  const size_t rest = key.size() + value.size() + 3;  // blank, "=" and line feed
  size_t length = rest;
  while (absl::StrCat(length).size() + rest != length) ++length;
  return absl::StrCat(length, " ", key, "=", value, "\n");
}

// What stands before the member's own header.
std::string ExtraOf(const TarTestMember& member, TarFormat format) {
  if (format == TarFormat::kPax) {
    const std::string records = absl::StrCat(PaxRecord("mtime", "1700000000.5"), PaxRecord("path", member.name));
    return Stored("PaxHeaders/x", records, 'x', format);
  }
  if (format != TarFormat::kGnu || member.name.size() <= kNameBytes) return "";
  return Stored("././@LongLink", absl::StrCat(member.name, absl::string_view("\0", 1)), 'L', format);
}

}  // namespace

std::string TarHeader(absl::string_view name, absl::string_view size_field, char type, absl::string_view magic, absl::string_view prefix) {
  std::string header(kBlock, '\0');
  const auto put = [&](size_t place, absl::string_view bytes) { header.replace(place, bytes.size(), bytes.data(), bytes.size()); };
  put(0, name.substr(0, kNameBytes));
  put(100, "0000644");
  put(108, "0001750");
  put(116, "0001750");
  put(124, size_field);
  put(136, "14371573420");
  put(148, "        ");
  header[156] = type;
  put(257, magic);
  put(345, prefix);
  unsigned sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  put(148, absl::StrFormat("%06o", sum));
  header[154] = '\0';
  return header;
}

std::string TarMembers(const std::vector<TarTestMember>& members, TarFormat format) {
  std::string bytes;
  for (const TarTestMember& member : members) {
    absl::string_view name = member.name;
    absl::string_view prefix;
    if (format == TarFormat::kUstar && name.size() > kNameBytes) {
      const size_t slash = name.find('/', name.size() - kNameBytes - 1);
      prefix = name.substr(0, slash);
      name = name.substr(slash + 1);
    }
    absl::StrAppend(&bytes, ExtraOf(member, format), Stored(name, member.content, member.type, format, prefix));
  }
  return bytes;
}

std::string TarBytes(const std::vector<TarTestMember>& members, TarFormat format) {
  constexpr size_t kRecord = 20 * kBlock;
  return Padded(TarMembers(members, format) + std::string(2 * kBlock, '\0'), kRecord);
}

}  // namespace mica
