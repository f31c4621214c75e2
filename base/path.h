// Paths as users write them.
//   ResolvePath("~/data", "/any") -> "/home/me/data"; ResolvePath("../data", "/project/experiments") -> "/project/data"
#ifndef MICA_BASE_PATH_H_
#define MICA_BASE_PATH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Expands a leading "~" and every "${VAR}", takes the rest relative to `base_folder` (absolute) and removes "." and "..".
// An unset variable is an InvalidArgument error that names it.
absl::StatusOr<std::string> ResolvePath(absl::string_view path, absl::string_view base_folder);

// Where the user stands: BUILD_WORKING_DIRECTORY under `bazel run`, which itself runs elsewhere, or the process's folder.
std::string UserFolder();

std::string FolderName(absl::string_view path);  // "/a/b.txt" -> "/a"; "b.txt" -> "."
std::string BaseName(absl::string_view path);    // "/a/b.txt" -> "b.txt"

}  // namespace mica

#endif  // MICA_BASE_PATH_H_
