// A folder of many files that appears whole or not at all.
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<ExportFolder> folder, ExportFolder::Create("/d/images", calls));
//   MICA_RETURN_IF_ERROR(folder->MakeFolder("cat"));
//   MICA_RETURN_IF_ERROR(folder->WriteFile("cat/1.png", bytes));
//   MICA_RETURN_IF_ERROR(folder->Publish());
// Until then everything lies in FOLDER.tmp.PID. Not for a folder that replaces an older one
// (base/files/replace_folder.h): this one refuses to.
#ifndef MICA_DATA_EXPORT_EXPORT_FOLDER_H_
#define MICA_DATA_EXPORT_EXPORT_FOLDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files/file.h"

namespace mica {

// A file of an ExportFolder that grows in small steps; they reach the system in larger ones.
// Single-thread.
class ExportFile {
 public:
  absl::Status Append(absl::string_view bytes);

  // Writes and fsyncs what is left. To be called once, in the end.
  absl::Status Finish();

  int64_t size() const { return size_; }

 private:
  friend class ExportFolder;
  ExportFile(std::unique_ptr<AppendFile> file, int64_t* total) : file_(std::move(file)), total_(total) {}
  absl::Status Flush();

  const std::unique_ptr<AppendFile> file_;
  int64_t* const total_;  // of the folder
  std::string buffer_;
  int64_t size_ = 0;
};

// Names are relative: "cat/1.png". Errors end with exit code 5 and name the path. Single-thread.
class ExportFolder {
 public:
  // `path` is absolute. Refused if it is there, unless as an empty folder. Makes missing folders
  // above it. `calls` must outlive it.
  static absl::StatusOr<std::unique_ptr<ExportFolder>> Create(const std::string& path, FileCalls& calls = SystemFileCalls());

  // Removes everything that was made, folders above it included, if it was not published. (A process
  // that is killed leaves FOLDER.tmp.PID.)
  ~ExportFolder();
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;

  // Fails if the folder is there, as it is for "Cat" and "cat" on file systems that take them for
  // the same.
  absl::Status MakeFolder(const std::string& name);

  // A new file.
  absl::Status WriteFile(const std::string& name, absl::string_view bytes);

  // The same in steps. The folder must outlive it.
  absl::StatusOr<std::unique_ptr<ExportFile>> CreateFile(const std::string& name);

  // Brings everything to the disk and gives the folder its name. If that has become a folder with
  // content, it stays as it is. If only the last step fails, the fsync of the name, the folder is in
  // place, but a power cut may undo that.
  absl::Status Publish();

  const std::string& path() const { return path_; }  // without a slash at the end
  int64_t bytes() const { return bytes_; }           // in all files so far

 private:
  ExportFolder(std::string path, FileCalls& calls);
  absl::Status MakeParents();
  std::string PathOf(const std::string& name) const;

  const std::string path_;
  const std::string temporary_;
  FileCalls& calls_;
  std::vector<std::string> made_parents_;  // outermost first
  int64_t bytes_ = 0;
  bool is_published_ = false;
};

}  // namespace mica

#endif  // MICA_DATA_EXPORT_EXPORT_FOLDER_H_
