#include "base/printable.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace mica {
namespace {

// Whether a control character begins at this byte.
bool IsControl(absl::string_view text, size_t i) {
  if (absl::ascii_iscntrl(static_cast<unsigned char>(text[i]))) return true;
  return text[i] == '\xc2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;  // U+0080 … U+009F
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    const absl::string_view character = text.substr(0, std::max<size_t>(size, 1));
    const bool is_escaped = size == 0 || IsControl(character, 0);
    absl::StrAppend(&printable, is_escaped ? absl::CHexEscape(character) : std::string(character));
    text.remove_prefix(character.size());
  }
  return printable;
}

std::string InQuotes(absl::string_view text) {
  return absl::StrCat("\"", Printable(text), "\"");
}

bool HoldsControls(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsControl(text, i)) return true;
  }
  return false;
}

}  // namespace mica
