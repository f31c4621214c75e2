#include "viz/plot/plot_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace mica {
namespace {

constexpr absl::string_view kEllipsis = "…";
constexpr size_t kMaxTextBytes = 500;  // more has no room anywhere

// Advance widths of the characters from ' ' to '~' in hundredths of an em.
constexpr uint8_t kAsciiWidths[] = {32, 40, 46, 84, 64, 95, 78, 27, 39,  39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
                                    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
                                    60, 79, 69, 63, 61, 73, 68, 99, 69,  61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
                                    63, 28, 28, 58, 28, 97, 63, 61, 63,  63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84};
constexpr double kNarrowWidth = 0.7, kWideWidth = 1.0;
constexpr double kBoldFactor = 1.12;

// The character at the front of valid, not empty text.
utf8proc_int32_t FrontOf(absl::string_view text, size_t* size) {
  utf8proc_int32_t character = 0;
  *size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &character);
  return character;
}

double WidthInEm(utf8proc_int32_t character) {
  if (character >= ' ' && character <= '~') return kAsciiWidths[character - ' '] / 100.0;
  switch (utf8proc_charwidth(character)) {
    case 0:
      return 0;
    case 1:
      return kNarrowWidth;
    default:
      return kWideWidth;
  }
}

bool IsUndrawable(absl::string_view character) {
  return character == "\u2028" || character == "\u2029" || character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
}

bool IsPlain(unsigned char byte) {
  return absl::ascii_isalnum(byte) || byte >= 0x80 || absl::string_view(" .,:()/+-_=").find(byte) != absl::string_view::npos;
}

}  // namespace

std::string PlotText(absl::string_view text) {
  const std::string printable = Printable(text.substr(0, kMaxTextBytes));
  std::string result;
  for (absl::string_view rest = printable; !rest.empty();) {
    const absl::string_view character = rest.substr(0, Utf8CharacterSize(rest));
    absl::StrAppend(&result, IsUndrawable(character) ? absl::CHexEscape(character) : std::string(character));
    rest.remove_prefix(character.size());
  }
  return result;
}

std::string GnuplotString(absl::string_view text) {
  std::string quoted = "\"";
  for (const unsigned char byte : text) {
    if (IsPlain(byte)) {
      quoted += static_cast<char>(byte);
      continue;
    }
    quoted += '\\';
    for (const int shift : {6, 3, 0}) quoted += static_cast<char>('0' + (byte >> shift & 7));
  }
  return quoted + "\"";
}

double TextWidth(absl::string_view text, double size_px, bool is_bold) {
  double width = 0;
  for (size_t size = 0; !text.empty(); text.remove_prefix(size)) width += WidthInEm(FrontOf(text, &size));
  return width * size_px * (is_bold ? kBoldFactor : 1);
}

std::string CutText(absl::string_view text, double width_px, double size_px, bool is_bold) {
  const std::string whole = PlotText(text);
  if (TextWidth(whole, size_px, is_bold) <= width_px) return whole;
  const double room = width_px - TextWidth(kEllipsis, size_px, is_bold);
  size_t fitting = 0;
  utf8proc_int32_t before = 0, state = 0;
  double width = 0;
  for (size_t end = 0, size = 0; end < whole.size(); end += size) {
    const utf8proc_int32_t character = FrontOf(absl::string_view(whole).substr(end), &size);
    if (end > 0 && utf8proc_grapheme_break_stateful(before, character, &state)) fitting = end;
    width += WidthInEm(character) * size_px * (is_bold ? kBoldFactor : 1);
    if (width > room) break;
    before = character;
  }
  return absl::StrCat(absl::StripTrailingAsciiWhitespace(whole.substr(0, fitting)), kEllipsis);
}

}  // namespace mica
