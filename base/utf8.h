// Finds bytes that are not UTF-8, so that messages, file names and reports stay readable.
//   ValidUtf8Prefix("caf\xc3\xa9") == 5; ValidUtf8Prefix("caf\xe9!") == 3
#ifndef MICA_BASE_UTF8_H_
#define MICA_BASE_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace mica {

// The length of the longest valid prefix (no overlong forms, no surrogates, at most U+10FFFF); the
// whole length if all is valid.
size_t ValidUtf8Prefix(absl::string_view bytes);

// The size of the character at the front of `bytes` (not empty); 0 if there is no valid one.
size_t Utf8CharacterSize(absl::string_view bytes);

}  // namespace mica

#endif  // MICA_BASE_UTF8_H_
