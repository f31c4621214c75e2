#include "base/files/fake_file_calls.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr const char* kNames[] = {"open", "write", "fsync", "close", "rename", "unlink", "mkdir"};

}  // namespace

void FakeFileCalls::FailNth(FileCall call, int nth, int error) {
  const size_t index = static_cast<size_t>(call);
  errors_[index][counts_[index] + nth] = error;
}

void FakeFileCalls::FailWritesAfter(size_t bytes, int error) {
  bytes_left_ = bytes;
  full_error_ = error;
}

void FakeFileCalls::DieAt(int nth, size_t torn_bytes) {
  dies_at_ = static_cast<int>(log_.size()) + nth;
  torn_bytes_ = torn_bytes;
}

int FakeFileCalls::count(FileCall call) const {
  return counts_[static_cast<size_t>(call)];
}

bool FakeFileCalls::Fails(FileCall call, absl::string_view arguments) {
  if (DiesNow()) _exit(kDied);
  const size_t index = static_cast<size_t>(call);
  log_.push_back(absl::StrCat(kNames[index], " ", arguments));
  const auto error = errors_[index].find(++counts_[index]);
  if (error == errors_[index].end()) return false;
  errno = error->second;
  return true;
}

int FakeFileCalls::Open(const char* path, int flags, mode_t mode) {
  if (Fails(FileCall::kOpen, path)) return -1;
  const int file = FileCalls::Open(path, flags, mode);
  if (file >= 0) paths_[file] = path;
  return file;
}

ssize_t FakeFileCalls::Write(int file, const void* bytes, size_t size) {
  if (DiesNow() && torn_bytes_ > 0) FileCalls::Write(file, bytes, std::min(size, torn_bytes_));
  if (Fails(FileCall::kWrite, paths_[file])) return -1;
  if (size > 0 && bytes_left_ == 0) {
    errno = full_error_;
    return -1;
  }
  const ssize_t written = FileCalls::Write(file, bytes, std::min({size, longest_write_, bytes_left_}));
  if (written > 0 && bytes_left_ != kUnlimited) bytes_left_ -= written;
  return written;
}

int FakeFileCalls::Fsync(int file) {
  if (Fails(FileCall::kFsync, paths_[file])) return -1;
  return syncs_ ? FileCalls::Fsync(file) : 0;
}

int FakeFileCalls::Close(int file) {
  const bool fails = Fails(FileCall::kClose, paths_[file]);
  const int error = errno;
  paths_.erase(file);
  const int result = FileCalls::Close(file);
  if (!fails) return result;
  errno = error;
  return -1;
}

int FakeFileCalls::Rename(const char* from, const char* to) {
  return Fails(FileCall::kRename, absl::StrCat(from, " to ", to)) ? -1 : FileCalls::Rename(from, to);
}

int FakeFileCalls::Unlink(const char* path) {
  return Fails(FileCall::kUnlink, path) ? -1 : FileCalls::Unlink(path);
}

int FakeFileCalls::Mkdir(const char* path, mode_t mode) {
  return Fails(FileCall::kMkdir, path) ? -1 : FileCalls::Mkdir(path, mode);
}

}  // namespace mica
