#include "base/files/fake_file_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace mica {
namespace {

constexpr const char* kNames[] = {"open",  "write",    "fsync", "close", "rename", "unlink", "mkdir",
                                  "rmdir", "exchange", "open",  "read",  "list",   "syncfs"};

}  // namespace

bool FileCallRecord::Changes() const {
  switch (call) {
    case FileCall::kOpen:
      return creates;
    case FileCall::kWrite:
    case FileCall::kFsync:
    case FileCall::kRename:
    case FileCall::kUnlink:
    case FileCall::kMkdir:
    case FileCall::kRmdir:
    case FileCall::kExchange:
    case FileCall::kSyncfs:
      return true;
    case FileCall::kClose:
    case FileCall::kOpenToRead:
    case FileCall::kRead:
    case FileCall::kList:
      return false;
  }
  return false;
}

std::ostream& operator<<(std::ostream& stream, const FileCallRecord& record) {
  stream << kNames[static_cast<size_t>(record.call)] << " " << record.path;
  return record.new_path.empty() ? stream : stream << " to " << record.new_path;
}

void FakeFileCalls::FailNth(FileCall call, int nth, int error) {
  const size_t index = static_cast<size_t>(call);
  errors_[index][counts_[index] + nth] = error;
}

void FakeFileCalls::FailWritesAfter(size_t bytes, int error) {
  bytes_left_ = bytes;
  full_error_ = error;
}

void FakeFileCalls::DieAt(int nth, size_t torn_bytes) {
  dies_at_ = static_cast<int>(records_.size()) + nth;
  torn_bytes_ = torn_bytes;
}

std::vector<std::string> FakeFileCalls::log() const {
  std::vector<std::string> log;
  for (const FileCallRecord& record : records_) {
    std::ostringstream text;
    text << record;
    log.push_back(text.str());
  }
  return log;
}

int FakeFileCalls::count(FileCall call) const {
  return counts_[static_cast<size_t>(call)];
}

bool FakeFileCalls::Fails(FileCall call, absl::string_view path, absl::string_view new_path, bool creates) {
  if (DiesNow()) _exit(kDied);
  const size_t index = static_cast<size_t>(call);
  records_.push_back({call, std::string(path), std::string(new_path), creates});
  const auto error = errors_[index].find(++counts_[index]);
  if (error == errors_[index].end()) return false;
  errno = error->second;
  return true;
}

int FakeFileCalls::Open(const char* path, int flags, mode_t mode) {
  const bool reads = (flags & (O_ACCMODE | O_CREAT | O_TRUNC | O_DIRECTORY)) == O_RDONLY;
  if (Fails(reads ? FileCall::kOpenToRead : FileCall::kOpen, path, "", (flags & (O_CREAT | O_TRUNC)) != 0)) return -1;
  const int file = End(FileCalls::Open(path, flags, mode));
  if (file >= 0) paths_[file] = path;
  return file;
}

ssize_t FakeFileCalls::Read(int file, void* bytes, size_t size) {
  return Fails(FileCall::kRead, paths_[file]) ? -1 : End(FileCalls::Read(file, bytes, size));
}

ssize_t FakeFileCalls::Write(int file, const void* bytes, size_t size) {
  if (DiesNow() && torn_bytes_ > 0) FileCalls::Write(file, bytes, std::min(size, torn_bytes_));
  if (Fails(FileCall::kWrite, paths_[file])) return -1;
  if (size > 0 && bytes_left_ == 0) {
    errno = full_error_;
    return -1;
  }
  const ssize_t written = End(FileCalls::Write(file, bytes, std::min({size, max_write_, bytes_left_})));
  if (written > 0 && bytes_left_ != kUnlimited) bytes_left_ -= written;
  return written;
}

int FakeFileCalls::Fsync(int file) {
  if (Fails(FileCall::kFsync, paths_[file])) return -1;
  return End(syncs_ ? FileCalls::Fsync(file) : 0);
}

int FakeFileCalls::Syncfs(int file) {
  if (Fails(FileCall::kSyncfs, paths_[file])) return -1;
  return End(syncs_ ? FileCalls::Syncfs(file) : 0);
}

int FakeFileCalls::Close(int file) {
  const bool fails = Fails(FileCall::kClose, paths_[file]);
  const int error = errno;
  paths_.erase(file);
  const int result = FileCalls::Close(file);
  if (!fails) return End(result);
  errno = error;
  return -1;
}

int FakeFileCalls::Rename(const char* from, const char* to) {
  if (Fails(FileCall::kRename, from, to)) return -1;
  if (!syncs_ && access(from, F_OK) == 0) unlink(to);
  return End(FileCalls::Rename(from, to));
}

int FakeFileCalls::Unlink(const char* path) {
  return Fails(FileCall::kUnlink, path) ? -1 : End(FileCalls::Unlink(path));
}

int FakeFileCalls::Mkdir(const char* path, mode_t mode) {
  return Fails(FileCall::kMkdir, path) ? -1 : End(FileCalls::Mkdir(path, mode));
}

int FakeFileCalls::Rmdir(const char* path) {
  return Fails(FileCall::kRmdir, path) ? -1 : End(FileCalls::Rmdir(path));
}

int FakeFileCalls::Exchange(const char* a, const char* b) {
  return Fails(FileCall::kExchange, a, b) ? -1 : End(FileCalls::Exchange(a, b));
}

int FakeFileCalls::List(const char* path, std::vector<std::string>* names) {
  return Fails(FileCall::kList, path) ? -1 : End(FileCalls::List(path, names));
}

}  // namespace mica
