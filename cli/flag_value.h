// Whether text is a value of a flag's type, more strictly than gflags, which also takes
// hexadecimal numbers, spaces, nan and "--x=yes".
//   ExpectedInstead(FlagType::kInt, "0x10")
//       == "a whole number from -2147483648 to 2147483647"
#ifndef MICA_CLI_FLAG_VALUE_H_
#define MICA_CLI_FLAG_VALUE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/verb_table.h"

namespace mica {

// What a value of the type looks like, or "" if `text` is already one. gflags accepts all that this
// accepts.
std::string ExpectedInstead(FlagType type, absl::string_view text);

// "'a\tb'": text in a message.
std::string Quoted(absl::string_view text);

}  // namespace mica

#endif  // MICA_CLI_FLAG_VALUE_H_
