// Paths and commands as users write them on a command line and like to read them.
//   MICA_ASSIGN_OR_RETURN(const std::string folder, ResolveWord("--output_dir", arguments.GetString("output_dir")));
//   std::cout << MicaCommand() << " train " << ShellWord(ShownPath(folder)) << "\n";   // bazel run //:mica -- train runs/x/a
#ifndef MICA_CLI_USER_WORDS_H_
#define MICA_CLI_USER_WORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The absolute path that `path` means where the user stands. A FlagError begins with `what`: the word itself or the flag.
absl::StatusOr<std::string> ResolveWord(absl::string_view what, const std::string& path);

// An absolute path, relative to where the user stands if it lies below.
std::string ShownPath(const std::string& path);

// `text` as one word of a shell's command line, quoted where needed.
std::string ShellWord(const std::string& text);

// How this very binary is called again: "mica", or "bazel run //:mica --".
std::string MicaCommand();

}  // namespace mica

#endif  // MICA_CLI_USER_WORDS_H_
