// Files that later processes rely on: a file under its final name is either whole or absent.
//   MICA_RETURN_IF_ERROR(WriteFileAtomically("runs/a/summary.csv", text));
// Every write goes through FileCalls, which tests replace to make system calls fail. Errors of
// reading end with exit code 3, errors of writing with 5. The messages hold the path, the errno's
// text and, when the disk is full, the needed and the free bytes. An open, write or fsync that a
// signal interrupts (EINTR) is made again; one that fails is not.
// Thread-compatible: different files may be written at the same time.
#ifndef MICA_BASE_FILES_FILE_H_
#define MICA_BASE_FILES_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The system calls on files whose failure or order matters. Each returns what its namesake does and
// sets errno.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int Open(const char* path, int flags, mode_t mode);
  virtual ssize_t Read(int file, void* bytes, size_t size);
  virtual ssize_t Write(int file, const void* bytes, size_t size);
  virtual int Fsync(int file);
  virtual int Syncfs(int file);
  virtual int Close(int file);
  virtual int Rename(const char* from, const char* to);
  virtual int Unlink(const char* path);
  virtual int Mkdir(const char* path, mode_t mode);
  virtual int Rmdir(const char* path);
  virtual int Exchange(const char* a, const char* b);  // renameat2 with RENAME_EXCHANGE: swaps two names in one step

  // The names in a folder, without "." and "..", in no order: opendir, readdir and closedir.
  // Returns 0 or -1.
  virtual int List(const char* path, std::vector<std::string>* names);
};

// The real system calls. Lives as long as the process.
FileCalls& SystemFileCalls();

constexpr int64_t kMaxFileBytes = int64_t{1} << 40;

// The bytes of a regular file of at most `max_bytes`.
absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes = kMaxFileBytes, FileCalls& calls = SystemFileCalls());

// Writes a temporary file in the same folder (PATH.tmp.PID.RANDOM), fsyncs it, renames it and
// fsyncs the folder. On failure the temporary file is removed and an older file stays. If only the
// last fsync fails, the new file is in place, but a power cut may undo that. Refuses to replace
// what is no regular file, such as /dev/null.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, FileCalls& calls = SystemFileCalls());

// Creates, writes and fsyncs a file in a folder that is not published yet. Fails if the file
// exists.
absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, FileCalls& calls = SystemFileCalls());

// The same without the fsync, for many files: SyncFileSystem brings them to the disk at once.
absl::Status WriteUnsyncedFile(const std::string& path, absl::string_view bytes, FileCalls& calls = SystemFileCalls());

// Brings everything that was written to the file system of this folder to the disk (syncfs), also
// by others. 10,000 files of 500 bytes took 0.1 s on a disk where an fsync of each took 14 to 21 s.
absl::Status SyncFileSystem(const std::string& folder, FileCalls& calls = SystemFileCalls());

absl::Status RenameFile(const std::string& from, const std::string& to, FileCalls& calls = SystemFileCalls());
absl::Status SyncFolder(const std::string& path, FileCalls& calls = SystemFileCalls());

// Removes a folder and everything in it, or a file. What cannot be removed stays: it costs space,
// nothing else.
void RemoveTree(const std::string& path, FileCalls& calls = SystemFileCalls());

// Creates the folder and its missing parents. An existing folder is not an error.
absl::Status MakeFolders(const std::string& path, FileCalls& calls = SystemFileCalls());

// The same, and fsyncs the names of the new folders.
absl::Status MakeFoldersDurably(const std::string& path, FileCalls& calls = SystemFileCalls());

// Creates only the folder itself. Returns false if the name already exists.
absl::StatusOr<bool> MakeNewFolder(const std::string& path, FileCalls& calls = SystemFileCalls());

// A file that grows by whole rows, with one writer. Each Append is one write; Sync, or the kernel
// in its own time, brings it to the disk.
class AppendFile {
 public:
  static absl::StatusOr<std::unique_ptr<AppendFile>> Create(const std::string& path, FileCalls& calls = SystemFileCalls());
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  absl::Status Append(absl::string_view bytes);
  absl::Status Sync();

 private:
  AppendFile(std::string path, int file, FileCalls& calls) : path_(std::move(path)), file_(file), calls_(calls) {}

  const std::string path_;
  const int file_;
  FileCalls& calls_;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_FILE_H_
