// The flags of tables as flags of gflags, which turns their text into values and holds them.
//   SetFlag({"top_k", FlagType::kInt, "N"}, "7")  // an int of 7; gflags has a flag top_k now
// A flag is registered when it is first set, so there is no DEFINE_ beside the table. Flags that a
// library has defined (glog's --v) are set where they are. gflags never sees the command line: it
// would end the process at a mistake, and take the last of two equal flags.
#ifndef MICA_CLI_REGISTERED_FLAGS_H_
#define MICA_CLI_REGISTERED_FLAGS_H_

#include <string>
#include <variant>

#include "cli/verb_table.h"

namespace mica {

using FlagValue = std::variant<std::string, int, double, bool>;

// Sets the flag of that name and returns its value as gflags holds it. `text` must be valid for the
// type (cli/flag_value.h). Flags of two tables with the same name are the same flag; with another
// type that is a bug of mica and ends the process.
FlagValue SetFlag(const VerbFlag& flag, const std::string& text);

}  // namespace mica

#endif  // MICA_CLI_REGISTERED_FLAGS_H_
