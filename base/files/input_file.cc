#include "base/files/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

absl::Status Problem(const std::string& path, absl::string_view text) {
  return DataError(absl::StrCat(path, ": ", text));
}

}  // namespace

InputFile::~InputFile() {
  if (file_ >= 0) close(file_);
}

absl::Status InputFile::Open() {
  // Without O_NONBLOCK, opening a FIFO would block.
  file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file_ < 0) return Problem(path_, absl::StrCat("cannot open: ", WhyNotOpened(path_, errno)));
  struct stat stats;
  if (fstat(file_, &stats) != 0) return Problem(path_, absl::StrCat("cannot read: ", strerror(errno)));
  if (S_ISDIR(stats.st_mode)) return Problem(path_, "is a folder, expected a file");
  if (!S_ISREG(stats.st_mode)) return Problem(path_, "not a regular file");
  size_ = stats.st_size;
  return absl::OkStatus();
}

absl::StatusOr<size_t> InputFile::Read(char* to, size_t size) {
  MICA_ASSIGN_OR_RETURN(const size_t got, ReadAt(position_, to, size));
  position_ += got;
  return got;
}

absl::StatusOr<size_t> InputFile::ReadAt(int64_t position, char* to, size_t size) const {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = pread(file_, to + done, size - done, position + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Problem(path_, absl::StrCat("cannot read: ", strerror(errno)));
    if (got == 0) break;
    done += got;
  }
  return done;
}

}  // namespace mica
