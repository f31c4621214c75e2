#include "data/decode/picture_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

const char* Remedy(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ESTALE:
      return "put it back, or list the folder again";
    case EACCES:
    case EPERM:
      return "allow reading it (chmod)";
    case EMFILE:
    case ENFILE:
      return "allow more open files (ulimit -n)";
    case ENXIO:
      return "it is a socket or a device; leave it out";
    default:
      return "copy it from another place or leave it out";
  }
}

std::string Reason(absl::string_view what, int error) {
  return absl::StrCat(what, ": ", strerror(error), "; ", Remedy(error));
}

// "" for a regular file.
std::string WhyNotRegular(mode_t mode) {
  if (S_ISREG(mode)) return "";
  const char* what = S_ISDIR(mode) ? "folder" : S_ISFIFO(mode) ? "named pipe (FIFO)" : S_ISSOCK(mode) ? "socket" : "device";
  return absl::StrCat("is a ", what, ", not a regular file; leave it out");
}

}  // namespace

std::optional<PictureProblem> PictureFile::Open(const std::string& path, int folder) {
  Close();
  std::string why = OpenRegular(path, folder);
  if (why.empty()) return std::nullopt;
  Close();
  error_ = std::move(why);
  return PictureProblem{PictureFault::kUnreadable, /*is_usable=*/false, error_};
}

std::string PictureFile::OpenRegular(const std::string& path, int folder) {
  // Without O_NONBLOCK, opening a FIFO would block.
  file_ = openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file_ < 0) return Reason("cannot open", errno);
  struct stat stats;
  if (fstat(file_, &stats) != 0) return Reason("cannot read", errno);
  size_ = stats.st_size;
  return WhyNotRegular(stats.st_mode);
}

void PictureFile::Close() {
  if (file_ >= 0) close(file_);
  file_ = -1;
  size_ = 0;
  error_.clear();
}

absl::string_view PictureFile::Read(int64_t position, int64_t size) {
  size = std::min(size, size_ - position);
  if (size <= 0 || !error_.empty() || !Reserve(static_cast<size_t>(size))) return {};
  int64_t done = 0;
  while (done < size) {
    const ssize_t got = pread(file_, buffer_.get() + done, static_cast<size_t>(size - done), position + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error_ = Reason("cannot read", errno);
    if (got <= 0) break;
    done += got;
  }
  return absl::string_view(buffer_.get(), static_cast<size_t>(done));
}

bool PictureFile::Reserve(size_t size) {
  constexpr size_t kSmallest = 1 << 14;  // serves every read of a header
  if (size <= capacity_) return true;
  const size_t capacity = std::max(size, kSmallest);
  buffer_.reset();
  capacity_ = 0;
  buffer_.reset(new (std::nothrow) char[capacity]);
  if (buffer_ == nullptr) {
    error_ = absl::StrCat("cannot read: not enough memory for ", size, " bytes; free memory or raise its limit (ulimit -v)");
    return false;
  }
  capacity_ = capacity;
  return true;
}

}  // namespace mica
