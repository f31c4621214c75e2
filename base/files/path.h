// Paths as users write them.
//   ResolvePath("~/data", "/any") -> "/home/me/data"
//   ResolvePath("../data", "/project/experiments") -> "/project/data"
#ifndef MICA_BASE_FILES_PATH_H_
#define MICA_BASE_FILES_PATH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Expands a leading "~" and every "${VAR}", resolves relative paths against `base_folder`
// (absolute) and removes "." and "..". An unset variable is an InvalidArgument error that names it.
absl::StatusOr<std::string> ResolvePath(absl::string_view path, absl::string_view base_folder);

// The user's working folder: BUILD_WORKING_DIRECTORY under `bazel run`, which runs programs in
// another folder, else the process's.
std::string UserFolder();

std::string FolderName(absl::string_view path);  // "/a/b.txt" -> "/a"; "b.txt" -> "."
std::string BaseName(absl::string_view path);    // "/a/b.txt" -> "b.txt"

// A name that can stand between two '/': 1 to 100 bytes of UTF-8, not beginning with '.', without
// '/' and control characters. So it cannot leave its folder, and room is left for what is put
// behind it.
bool IsPlainPathPart(absl::string_view name);

// The rule in words, to follow the name of a field: "must be 1 to 100 bytes long, …".
extern const char kPlainPathPartRule[];

}  // namespace mica

#endif  // MICA_BASE_FILES_PATH_H_
