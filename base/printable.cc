#include "base/printable.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace mica {

std::string Printable(absl::string_view text) {
  std::string printable;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](size_t j) { return j < text.size() ? static_cast<unsigned char>(text[j]) : 0; };
    const auto is_c1 = [&](size_t j) { return at(j) == 0xc2 && at(j + 1) >= 0x80 && at(j + 1) < 0xa0; };
    const bool control = at(i) < ' ' || at(i) == 0x7f || is_c1(i) || (i > 0 && is_c1(i - 1));
    absl::StrAppend(&printable, control ? absl::CHexEscape(text.substr(i, 1)) : std::string(text.substr(i, 1)));
  }
  return printable;
}

}  // namespace mica
