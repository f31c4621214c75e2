// The text that `mica VERB --help` prints.
#ifndef MICA_CLI_VERB_USAGE_H_
#define MICA_CLI_VERB_USAGE_H_

#include <string>

#include "cli/verb_table.h"

namespace mica {

// Synopsis, description, flags with their defaults, the flags that every verb has, example. Lines
// end with LF and have at most 100 columns unless the table's words or example are longer.
std::string VerbUsage(const VerbTable& verb);

}  // namespace mica

#endif  // MICA_CLI_VERB_USAGE_H_
