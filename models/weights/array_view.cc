#include "models/weights/array_view.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace mica {

std::string ShownName(absl::string_view name) {
  constexpr size_t kMaxBytes = 80;
  if (name.size() <= kMaxBytes) return absl::Utf8SafeCHexEscape(name);
  const absl::string_view beginning = name.substr(0, kMaxBytes);
  return absl::StrCat(absl::Utf8SafeCHexEscape(beginning.substr(0, ValidUtf8Prefix(beginning))), "…");
}

}  // namespace mica
