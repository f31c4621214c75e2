#include "data/index/sources/list_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/files/csv_scanner.h"
#include "base/files/file.h"
#include "base/files/file_kind.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace mica {
namespace {

// "" if the bytes are not UTF-16: then its byte order, as iconv calls it.
std::string Utf16Order(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "\xff\xfe")) return "UTF-16LE";
  if (absl::StartsWith(bytes, "\xfe\xff")) return "UTF-16BE";
  // Without a mark: letters of ASCII have a NUL at every other byte.
  constexpr size_t kLookedAt = 512;
  const absl::string_view first = bytes.substr(0, kLookedAt);
  size_t nuls[2] = {0, 0};
  for (size_t i = 0; i < first.size(); ++i) nuls[i % 2] += first[i] == '\0';
  if (first.size() < 4) return "";
  if (nuls[0] == 0 && nuls[1] >= first.size() / 3) return "UTF-16LE";
  if (nuls[1] == 0 && nuls[0] >= first.size() / 3) return "UTF-16BE";
  return "";
}

// What no list begins with.
std::string WhatItIs(absl::string_view bytes, bool is_text) {
  const auto kind = WhatItLooksLike(bytes);
  if (!kind.has_value()) return "";
  if (kind->group == FileKind::Group::kPacked && absl::StrContains(bytes.substr(0, kFileKindBytes), "[Content_Types].xml")) {
    return "is an Excel workbook; save it as CSV (UTF-8)";
  }
  const bool is_page = kind->group == FileKind::Group::kLfsPointer || kind->group == FileKind::Group::kMarkup;
  return is_text && !is_page ? "" : absl::StrCat(kind->what, "; ", kind->remedy);
}

std::string NotUtf8(absl::string_view bytes, const std::string& path, size_t offset) {
  const auto line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  return absl::StrFormat("%s:%d: byte 0x%02x at offset %d of the file is not UTF-8; save it as UTF-8: iconv -f LATIN1 -t UTF-8", path, line,
                         static_cast<uint8_t>(bytes[offset]), offset);
}

}  // namespace

absl::Status CheckListText(absl::string_view bytes, const std::string& path) {
  const std::string shown = Printable(path);
  if (const std::string order = Utf16Order(bytes); !order.empty()) {
    return DataError(absl::StrCat(shown, ": is UTF-16, as Windows calls \"Unicode\"; save it as UTF-8: iconv -f ", order, " -t UTF-8"));
  }
  if (absl::StrContains(bytes, '\r') && !absl::StrContains(bytes, '\n')) {
    return DataError(absl::StrCat(shown, ": its lines end in CR alone, as old Macs wrote; end them in LF: tr '\\r' '\\n'"));
  }
  const size_t valid = ValidUtf8Prefix(bytes);
  const bool has_nul = absl::StrContains(bytes, '\0');
  if (const std::string what = WhatItIs(bytes, valid == bytes.size() && !has_nul); !what.empty()) {
    return DataError(absl::StrCat(shown, ": ", what));
  }
  if (const auto fault = FindLineFault(bytes)) return DataError(absl::StrCat(shown, ":", fault->line, ": ", fault->message));
  if (valid < bytes.size()) return DataError(NotUtf8(bytes, shown, valid));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadListText(const std::string& path) {
  MICA_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, kMaxListBytes));
  MICA_RETURN_IF_ERROR(CheckListText(bytes, path));
  return bytes;
}

}  // namespace mica
