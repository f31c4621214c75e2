// What a verb prints: its output, when that is the verb's purpose, and warnings.
//   MICA_RETURN_IF_ERROR(PrintToStdout(Summary(layers), "the summary"));
#ifndef MICA_CLI_STANDARD_OUTPUT_H_
#define MICA_CLI_STANDARD_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

// Writes and flushes the text. An OutputError (exit code 5) says that `what` cannot be written and
// why, such as a full disk. A reader that stops early (mica check x | head) is not an error. stdout
// is usable again afterwards. Single-thread.
absl::Status PrintToStdout(absl::string_view text, absl::string_view what);

// On stderr, a line "warning: …" each.
void PrintWarnings(const std::vector<std::string>& warnings);

}  // namespace mica

#endif  // MICA_CLI_STANDARD_OUTPUT_H_
