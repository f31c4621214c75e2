// What a verb says on stdout, where that is what it was called for.
//   MICA_RETURN_IF_ERROR(PrintToStdout(Summary(layers), "the summary"));
#ifndef MICA_CLI_STANDARD_OUTPUT_H_
#define MICA_CLI_STANDARD_OUTPUT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

// Writes the text and flushes. An OutputError (exit code 5) says that `what` cannot be written and why: a full disk. A reader that has seen
// enough (mica check x | head) is no error. Afterwards stdout takes text again. Single-thread.
absl::Status PrintToStdout(absl::string_view text, absl::string_view what);

}  // namespace mica

#endif  // MICA_CLI_STANDARD_OUTPUT_H_
