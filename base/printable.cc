#include "base/printable.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace mica {
namespace {

// U+0080 … U+009F
bool IsC1Control(absl::string_view character) {
  return character.size() == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    const absl::string_view character = text.substr(0, std::max<size_t>(size, 1));
    const bool is_escaped = size == 0 || absl::ascii_iscntrl(static_cast<unsigned char>(character[0])) || IsC1Control(character);
    absl::StrAppend(&printable, is_escaped ? absl::CHexEscape(character) : std::string(character));
    text.remove_prefix(character.size());
  }
  return printable;
}

}  // namespace mica
