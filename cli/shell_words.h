// Paths and commands as users write them on a command line.
//   MICA_ASSIGN_OR_RETURN(const std::string folder,
//                         ResolveWord("--output_dir", arguments.GetString("output_dir")));
//   std::cout << HowToCallMica() << " train " << ShellWord(ShownPath(folder)) << "\n";
//   // bazel run //:mica -- train runs/x/a
#ifndef MICA_CLI_SHELL_WORDS_H_
#define MICA_CLI_SHELL_WORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The absolute path of `path` as seen from the user's folder. A FlagError begins with `what`: the
// word itself or the flag.
absl::StatusOr<std::string> ResolveWord(absl::string_view what, const std::string& path);

// An absolute path; relative to the user's folder if it lies below.
std::string ShownPath(const std::string& path);

// `text` as one word of a shell command, quoted if needed.
std::string ShellWord(const std::string& text);

// How to call this binary again: "mica", or "bazel run //:mica --".
std::string HowToCallMica();

}  // namespace mica

#endif  // MICA_CLI_SHELL_WORDS_H_
