// Files that a verb's flags name, and whether they can be written.
//   MICA_ASSIGN_OR_RETURN(const std::string csv, FilePathOfFlag(arguments, "csv"));
//   MICA_RETURN_IF_ERROR(RequireWritable("--csv", csv));
#ifndef MICA_CLI_OUTPUT_PATHS_H_
#define MICA_CLI_OUTPUT_PATHS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/verb_flags.h"

namespace mica {

// The absolute path; "" if the flag is not given. An empty one is a flag error.
absl::StatusOr<std::string> FilePathOfFlag(const VerbArguments& arguments, const std::string& flag);

// Asked before minutes are spent on what then cannot be written. An OutputError (exit code 5) if
// the path is a folder or its folder does not allow it; "" can always be written.
absl::Status RequireWritable(absl::string_view flag, const std::string& path);

}  // namespace mica

#endif  // MICA_CLI_OUTPUT_PATHS_H_
