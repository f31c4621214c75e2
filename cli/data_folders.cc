#include "cli/data_folders.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "cli/shell_words.h"

namespace mica {

absl::Status RequireOutsideData(const std::string& folder, absl::string_view flag, const DatasetIndex& index) {
  std::set<std::string> roots;
  for (const SampleFile& file : index.files) {
    if (file.bytes == nullptr && file.members == nullptr && file.relative_begin > 1) roots.insert(file.path.substr(0, file.relative_begin));
  }
  for (const std::string& root : roots) {
    if (folder.empty() || !absl::StartsWith(absl::StrCat(folder, "/"), root)) continue;
    return FlagError(absl::StrCat(flag, "=", ShownPath(folder), " lies inside the data, ", ShownPath(root),
                                  ", where it would be read as data; name a folder elsewhere"));
  }
  return absl::OkStatus();
}

}  // namespace mica
