// Files that later processes rely on: a file at its final name is whole, or it is absent.
//   MICA_RETURN_IF_ERROR(WriteFileAtomically("runs/a/summary.csv", text));
// Every write goes through FileCalls, a seam over the system calls that tests replace to make them fail. Reading errors end with exit
// code 3, writing errors with 5; the messages hold path, errno text and, where the disk is full, needed and free bytes. An open, write or
// fsync that a signal interrupts (EINTR) is made again; one that failed is not.
// Thread-compatible: different files may be written at a time.
#ifndef MICA_BASE_FILE_H_
#define MICA_BASE_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The system calls that change files; each returns as its namesake does and sets errno.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int Open(const char* path, int flags, mode_t mode);
  virtual ssize_t Write(int file, const void* bytes, size_t size);
  virtual int Fsync(int file);
  virtual int Close(int file);
  virtual int Rename(const char* from, const char* to);
  virtual int Unlink(const char* path);
  virtual int Mkdir(const char* path, mode_t mode);
};

// The system's own; lives as long as the process.
FileCalls& SystemFileCalls();

// The bytes of a regular file of at most `max_bytes`.
absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes = int64_t{1} << 40);

// Temporary file in the same folder (PATH.tmp.PID.RANDOM), write, fsync, rename, fsync of the folder. On failure no temporary file is left
// behind and an older file stays; where the last step alone fails, the new file is in place but a power cut may undo it.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, FileCalls& calls = SystemFileCalls());

// Creates a new file, writes and fsyncs it, for files inside a folder that is not published yet. Fails if it exists.
absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, FileCalls& calls = SystemFileCalls());

absl::Status RenameFile(const std::string& from, const std::string& to, FileCalls& calls = SystemFileCalls());
absl::Status SyncFolder(const std::string& path, FileCalls& calls = SystemFileCalls());

// Creates the folder and its missing parents; fine if it exists.
absl::Status MakeFolders(const std::string& path, FileCalls& calls = SystemFileCalls());

// The same; the names of the new folders are on the disk when it returns.
absl::Status MakeFoldersDurably(const std::string& path, FileCalls& calls = SystemFileCalls());

// Creates the folder alone and says whether it was new: false if something of that name exists.
absl::StatusOr<bool> MakeNewFolder(const std::string& path, FileCalls& calls = SystemFileCalls());

// A file that grows by whole rows, with one writer: each Append is one write and reaches the disk by Sync or when the system likes.
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

#endif  // MICA_BASE_FILE_H_
