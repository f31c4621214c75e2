#include "base/files/temporary_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {

absl::StatusOr<TemporaryFolder> TemporaryFolder::Create() {
  const char* const parent = getenv("TMPDIR");
  std::string path = absl::StrCat(parent == nullptr || *parent == '\0' ? "/tmp" : parent, "/mica-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) return OutputError(absl::StrCat(path, ": cannot make a temporary folder: ", strerror(errno)));
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // nobody can act on files left in a temporary folder
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace mica
