// A folder for files that nobody needs for long, removed with its contents at the end.
//   MICA_ASSIGN_OR_RETURN(const TemporaryFolder scratch, TemporaryFolder::Create());
//   RunMica(StrCat("--output_dir=", scratch.path(), "/runs"));
#ifndef MICA_BASE_FILES_TEMPORARY_FOLDER_H_
#define MICA_BASE_FILES_TEMPORARY_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"

namespace mica {

class TemporaryFolder {
 public:
  // Below $TMPDIR, or /tmp.
  static absl::StatusOr<TemporaryFolder> Create();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;  // empty when moved from
};

}  // namespace mica

#endif  // MICA_BASE_FILES_TEMPORARY_FOLDER_H_
