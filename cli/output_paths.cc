#include "cli/output_paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "cli/shell_words.h"

namespace mica {

absl::StatusOr<std::string> FilePathOfFlag(const VerbArguments& arguments, const std::string& flag) {
  if (!arguments.IsGiven(flag)) return "";
  if (arguments.GetString(flag).empty()) return FlagError(absl::StrCat("--", flag, " is empty; name a file"));
  return ResolveWord(absl::StrCat("--", flag), arguments.GetString(flag));
}

absl::Status RequireWritable(absl::string_view flag, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  const std::string folder = FolderName(path);
  struct stat stats;
  if (stat(path.c_str(), &stats) == 0 && S_ISDIR(stats.st_mode)) {
    return OutputError(absl::StrCat(flag, ": ", ShownPath(path), " is a folder; name a file"));
  }
  if (access(folder.c_str(), W_OK) == 0) return absl::OkStatus();
  const bool exists = stat(folder.c_str(), &stats) == 0;
  return OutputError(absl::StrCat(flag, ": ", ShownPath(path), " cannot be written: the folder ", ShownPath(folder),
                                  exists ? " does not allow it" : " does not exist; make it first"));
}

}  // namespace mica
