// Finds bytes that are not UTF-8, so that messages, file names and reports stay readable text.
//   ValidUtf8Prefix("caf\xc3\xa9") == 5; ValidUtf8Prefix("caf\xe9!") == 3
#ifndef MICA_BASE_UTF8_H_
#define MICA_BASE_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace mica {

// The length of the longest prefix that is UTF-8 (no overlong forms, no surrogates, at most U+10FFFF): the whole length when all is well.
size_t ValidUtf8Prefix(absl::string_view bytes);

// Bytes of the character that `bytes`, which is not empty, begins with; 0 if it begins with none.
size_t Utf8CharacterSize(absl::string_view bytes);

}  // namespace mica

#endif  // MICA_BASE_UTF8_H_
