// Text for messages: values from files and paths may hold anything, and control characters would
// garble a terminal or begin a line that looks like mica's own.
//   Printable("C:\new\x1b[31m") == R"(C:\new\x1b[31m)"
#ifndef MICA_BASE_PRINTABLE_H_
#define MICA_BASE_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// With escapes for every control character, the ASCII ones and U+0080 to U+009F, and for bytes that
// are not UTF-8. All else stays.
std::string Printable(absl::string_view text);

// "\"a\tb\"": the same between quotes.
std::string InQuotes(absl::string_view text);

// Whether there is a control character, of the ASCII ones or U+0080 to U+009F.
bool HoldsControls(absl::string_view text);

}  // namespace mica

#endif  // MICA_BASE_PRINTABLE_H_
