#include "data/export/export_folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/files/replace_folder.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kWriteBytes = 1 << 20;

bool IsThere(const std::string& path) {
  struct stat stats;
  return lstat(path.c_str(), &stats) == 0 || errno != ENOENT;
}

// Whether the path is free or an empty folder.
absl::Status CheckIsFree(const std::string& path, FileCalls& calls) {
  struct stat stats;
  // If it cannot be reached, making it says why.
  if (lstat(path.c_str(), &stats) != 0) return absl::OkStatus();
  if (!S_ISDIR(stats.st_mode)) {
    return OutputError(
        absl::StrCat(Printable(path), ": is there and ", S_ISLNK(stats.st_mode) ? "a link" : "no folder", "; choose another folder"));
  }
  std::vector<std::string> names;
  if (calls.List(path.c_str(), &names) != 0) return OutputError(absl::StrCat(Printable(path), ": cannot be listed: ", strerror(errno)));
  if (names.empty()) return absl::OkStatus();
  return OutputError(absl::StrCat(Printable(path), ": is not empty (it holds \"", Printable(*std::min_element(names.begin(), names.end())),
                                  "\"", names.size() > 1 ? ", …" : "", "); choose a new folder or remove this one"));
}

}  // namespace

absl::Status ExportFile::Append(absl::string_view bytes) {
  size_ += static_cast<int64_t>(bytes.size());
  *total_ += static_cast<int64_t>(bytes.size());
  if (buffer_.size() + bytes.size() > kWriteBytes) MICA_RETURN_IF_ERROR(Flush());
  if (bytes.size() > kWriteBytes) return file_->Append(bytes);
  buffer_.append(bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status ExportFile::Flush() {
  if (buffer_.empty()) return absl::OkStatus();
  MICA_RETURN_IF_ERROR(file_->Append(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

// The fsync, though the file system is synced later: NFS tells of a full disk no later than here.
absl::Status ExportFile::Finish() {
  MICA_RETURN_IF_ERROR(Flush());
  return file_->Sync();
}

ExportFolder::ExportFolder(std::string path, FileCalls& calls)
    : path_(std::move(path)), temporary_(TemporaryNameOf(path_)), calls_(calls) {}

absl::StatusOr<std::unique_ptr<ExportFolder>> ExportFolder::Create(const std::string& path, FileCalls& calls) {
  std::string plain = path;
  while (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  MICA_RETURN_IF_ERROR(CheckIsFree(plain, calls));
  std::unique_ptr<ExportFolder> folder(new ExportFolder(std::move(plain), calls));
  RemoveTree(folder->temporary_, calls);  // of an earlier process that had our id
  MICA_RETURN_IF_ERROR(folder->MakeParents());
  MICA_ASSIGN_OR_RETURN(const bool is_new, MakeNewFolder(folder->temporary_, calls));
  if (!is_new) return OutputError(absl::StrCat(Printable(folder->temporary_), ": is in the way; remove it"));
  return folder;
}

absl::Status ExportFolder::MakeParents() {
  std::vector<std::string> missing;
  for (std::string parent = FolderName(path_); !IsThere(parent); parent = FolderName(parent)) missing.push_back(parent);
  for (auto parent = missing.rbegin(); parent != missing.rend(); ++parent) {
    MICA_ASSIGN_OR_RETURN(const bool is_new, MakeNewFolder(*parent, calls_));
    if (is_new) made_parents_.push_back(*parent);
  }
  return absl::OkStatus();
}

ExportFolder::~ExportFolder() {
  if (is_published_) return;
  RemoveTree(temporary_, calls_);
  for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) calls_.Rmdir(parent->c_str());
}

std::string ExportFolder::PathOf(const std::string& name) const {
  return absl::StrCat(temporary_, "/", name);
}

absl::Status ExportFolder::MakeFolder(const std::string& name) {
  MICA_ASSIGN_OR_RETURN(const bool is_new, MakeNewFolder(PathOf(name), calls_));
  if (is_new) return absl::OkStatus();
  return OutputError(absl::StrCat(Printable(PathOf(name)), ": is there already: this file system takes two of the names for the same; ",
                                  "choose a folder on another one"));
}

absl::Status ExportFolder::WriteFile(const std::string& name, absl::string_view bytes) {
  MICA_RETURN_IF_ERROR(WriteUnsyncedFile(PathOf(name), bytes, calls_));
  bytes_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ExportFile>> ExportFolder::CreateFile(const std::string& name) {
  MICA_ASSIGN_OR_RETURN(std::unique_ptr<AppendFile> file, AppendFile::Create(PathOf(name), calls_));
  return std::unique_ptr<ExportFile>(new ExportFile(std::move(file), &bytes_));
}

absl::Status ExportFolder::Publish() {
  MICA_RETURN_IF_ERROR(SyncFileSystem(temporary_, calls_));
  // This replaces an empty folder and no other.
  MICA_RETURN_IF_ERROR(RenameFile(temporary_, path_, calls_));
  is_published_ = true;
  return SyncFolder(FolderName(path_), calls_);
}

}  // namespace mica
