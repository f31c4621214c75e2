#include "base/files/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <new>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/files/write_error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int64_t PhysicalMemoryBytes() {
  return int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
}

absl::Status WriteError(absl::string_view what, const std::string& path, int error, size_t needed_bytes = 0) {
  return OutputError(
      absl::StrCat(path, ": cannot ", what, ": ", strerror(error), WriteRemedy(error, FreeSpaceAt(FolderOf(path)), needed_bytes)));
}

// On network file systems a signal may interrupt open, write and fsync. Nothing has failed then, so
// the call is made again. Calls that change names are not: they may have taken effect.
template <typename Call>
auto Uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

int OpenFile(FileCalls& calls, const std::string& path, int flags, mode_t mode) {
  return Uninterrupted([&] { return calls.Open(path.c_str(), flags, mode); });
}

int SyncFile(FileCalls& calls, int file) {
  return Uninterrupted([&] { return calls.Fsync(file); });
}

// Linux has closed the file even if it reports EINTR, and the bytes were synced before. So this is
// not an error, and the call is never repeated.
int CloseFile(FileCalls& calls, int file) {
  const int result = calls.Close(file);
  return result < 0 && errno == EINTR ? 0 : result;
}

absl::Status WriteAll(FileCalls& calls, int file, const std::string& path, absl::string_view bytes) {
  absl::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t written = Uninterrupted([&] { return calls.Write(file, left.data(), left.size()); });
    if (written < 0) return WriteError("write", path, errno, bytes.size());
    // Else the loop would never end.
    if (written == 0) return WriteError("write", path, EIO, bytes.size());
    left.remove_prefix(written);
  }
  return absl::OkStatus();
}

// Writes, syncs and closes; on an error the caller removes the file. A failed fsync is never
// repeated: the kernel may have dropped the pages and would then report success.
absl::Status FillAndClose(FileCalls& calls, int file, const std::string& path, absl::string_view bytes, bool syncs) {
  absl::Status status = WriteAll(calls, file, path, bytes);
  if (syncs && status.ok() && SyncFile(calls, file) != 0) status = WriteError("fsync", path, errno, bytes.size());
  if (CloseFile(calls, file) != 0 && status.ok()) status = WriteError("close", path, errno, bytes.size());
  return status;
}

absl::Status CreateAndFill(const std::string& path, absl::string_view bytes, bool syncs, FileCalls& calls) {
  const int file = OpenFile(calls, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return WriteError("create", path, errno, bytes.size());
  absl::Status status = FillAndClose(calls, file, path, bytes, syncs);
  if (!status.ok()) calls.Unlink(path.c_str());
  return status;
}

// Syncs an open folder by `sync`, one of the calls.
template <typename Sync>
absl::Status OpenAndSync(const std::string& path, absl::string_view what, FileCalls& calls, Sync sync) {
  const int folder = OpenFile(calls, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (folder < 0) return WriteError("open the folder", path, errno);
  const bool synced = Uninterrupted([&] { return sync(folder); }) == 0;
  const int error = errno;
  calls.Close(folder);
  return synced ? absl::OkStatus() : WriteError(what, path, error);
}

// Holds the process id and a random number. A counter would not do: a killed process may have had
// our id (container ids repeat), and its leftover file would be in the way.
std::string TemporaryName(const std::string& path) {
  static std::atomic<uint64_t> count{0};
  uint64_t number;
  if (getentropy(&number, sizeof(number)) != 0) number = count++;
  return absl::StrCat(path, ".tmp.", getpid(), ".", absl::Hex(number, absl::kZeroPad16));
}

absl::Status MakeEachFolder(const std::string& path, bool sync_names, FileCalls& calls) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    MICA_ASSIGN_OR_RETURN(const bool created, MakeNewFolder(folder, calls));
    struct stat stats;
    if (!created && (stat(folder.c_str(), &stats) != 0 || !S_ISDIR(stats.st_mode))) {
      return OutputError(absl::StrCat(folder, ": is not a folder, so ", path, " cannot be created"));
    }
    if (created && sync_names) MICA_RETURN_IF_ERROR(SyncFolder(FolderOf(folder), calls));
    if (slash == std::string::npos) return absl::OkStatus();
  }
}

}  // namespace

int FileCalls::Open(const char* path, int flags, mode_t mode) {
  return open(path, flags, mode);
}
ssize_t FileCalls::Read(int file, void* bytes, size_t size) {
  return read(file, bytes, size);
}
ssize_t FileCalls::Write(int file, const void* bytes, size_t size) {
  return write(file, bytes, size);
}
int FileCalls::Fsync(int file) {
  return fsync(file);
}
int FileCalls::Syncfs(int file) {
  return syncfs(file);
}
int FileCalls::Close(int file) {
  return close(file);
}
int FileCalls::Rename(const char* from, const char* to) {
  return rename(from, to);
}
int FileCalls::Unlink(const char* path) {
  return unlink(path);
}
int FileCalls::Mkdir(const char* path, mode_t mode) {
  return mkdir(path, mode);
}
int FileCalls::Rmdir(const char* path) {
  return rmdir(path);
}
int FileCalls::Exchange(const char* a, const char* b) {
  return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}
int FileCalls::List(const char* path, std::vector<std::string>* names) {
  DIR* const folder = opendir(path);
  if (folder == nullptr) return -1;
  errno = 0;
  while (const dirent* const entry = readdir(folder)) {
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  const int error = errno;
  closedir(folder);
  errno = error;
  return error == 0 ? 0 : -1;
}

FileCalls& SystemFileCalls() {
  static FileCalls calls;
  return calls;
}

absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes, FileCalls& calls) {
  // Without O_NONBLOCK, opening a FIFO would block.
  const int file = OpenFile(calls, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (file < 0) return DataError(absl::StrCat(path, ": cannot open: ", WhyNotOpened(path, errno)));
  struct Closer {
    FileCalls& calls;
    int file;
    ~Closer() { calls.Close(file); }
  } closer{calls, file};
  struct stat stats;
  if (fstat(file, &stats) != 0) return DataError(absl::StrCat(path, ": cannot read: ", strerror(errno)));
  if (S_ISDIR(stats.st_mode)) return DataError(absl::StrCat(path, ": is a folder, expected a file"));
  if (!S_ISREG(stats.st_mode)) return DataError(absl::StrCat(path, ": not a regular file"));
  if (stats.st_size > max_bytes) {
    return DataError(absl::StrCat(path, ": ", static_cast<int64_t>(stats.st_size), " bytes; at most ", max_bytes, " are read here"));
  }
  const absl::Status too_large = DataError(absl::StrCat(path, ": ", static_cast<int64_t>(stats.st_size), " bytes do not fit into memory"));
  // The kernel would grant more memory than there is and kill the process once it is used.
  if (stats.st_size > PhysicalMemoryBytes()) return too_large;
  std::string bytes;
  try {
    bytes.resize(stats.st_size);
  } catch (const std::bad_alloc&) {
    return too_large;
  }
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = Uninterrupted([&] { return calls.Read(file, bytes.data() + done, bytes.size() - done); });
    if (got < 0) return DataError(absl::StrCat(path, ": cannot read: ", strerror(errno)));
    if (got == 0) return DataError(absl::StrCat(path, ": shrank from ", bytes.size(), " to ", done, " bytes while it was read"));
    done += got;
  }
  return bytes;
}

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, FileCalls& calls) {
  return CreateAndFill(path, bytes, /*syncs=*/true, calls);
}

absl::Status WriteUnsyncedFile(const std::string& path, absl::string_view bytes, FileCalls& calls) {
  return CreateAndFill(path, bytes, /*syncs=*/false, calls);
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, FileCalls& calls) {
  const std::string temporary = TemporaryName(path);
  MICA_RETURN_IF_ERROR(WriteNewFile(temporary, bytes, calls));
  absl::Status status = RenameFile(temporary, path, calls);
  if (!status.ok()) {
    calls.Unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(FolderOf(path), calls);
}

absl::Status RenameFile(const std::string& from, const std::string& to, FileCalls& calls) {
  if (calls.Rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return WriteError(absl::StrCat("rename to ", to), from, errno);
}

absl::Status SyncFolder(const std::string& path, FileCalls& calls) {
  return OpenAndSync(path, "fsync the folder", calls, [&](int folder) { return calls.Fsync(folder); });
}

absl::Status SyncFileSystem(const std::string& folder, FileCalls& calls) {
  return OpenAndSync(folder, "sync the file system of", calls, [&](int file) { return calls.Syncfs(file); });
}

absl::StatusOr<bool> MakeNewFolder(const std::string& path, FileCalls& calls) {
  if (calls.Mkdir(path.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  return WriteError("create the folder", path, errno);
}

void RemoveTree(const std::string& path, FileCalls& calls) {
  struct stat stats;
  if (lstat(path.c_str(), &stats) != 0) return;
  if (!S_ISDIR(stats.st_mode)) {
    calls.Unlink(path.c_str());
    return;
  }
  std::vector<std::string> names;
  calls.List(path.c_str(), &names);
  for (const std::string& name : names) RemoveTree(absl::StrCat(path, "/", name), calls);
  calls.Rmdir(path.c_str());
}

absl::Status MakeFolders(const std::string& path, FileCalls& calls) {
  return MakeEachFolder(path, /*sync_names=*/false, calls);
}

absl::Status MakeFoldersDurably(const std::string& path, FileCalls& calls) {
  return MakeEachFolder(path, /*sync_names=*/true, calls);
}

absl::StatusOr<std::unique_ptr<AppendFile>> AppendFile::Create(const std::string& path, FileCalls& calls) {
  const int file = OpenFile(calls, path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return WriteError("create", path, errno);
  return std::unique_ptr<AppendFile>(new AppendFile(path, file, calls));
}

AppendFile::~AppendFile() {
  calls_.Close(file_);
}

absl::Status AppendFile::Append(absl::string_view bytes) {
  return WriteAll(calls_, file_, path_, bytes);
}

absl::Status AppendFile::Sync() {
  return SyncFile(calls_, file_) == 0 ? absl::OkStatus() : WriteError("fsync", path_, errno);
}

}  // namespace mica
