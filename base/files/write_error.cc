#include "base/files/write_error.h"

#include <sys/statvfs.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

// A disk may be full of files while there is room for their bytes.
bool OnlyFilesAreUsedUp(const FreeSpace& free, size_t needed_bytes) {
  return free.max_files > 0 && free.files == 0 && free.bytes > needed_bytes;
}

std::string FullDisk(int error, const std::optional<FreeSpace>& free, size_t needed_bytes) {
  if (free.has_value() && OnlyFilesAreUsedUp(*free, needed_bytes)) {
    return absl::StrCat("; no more files can be created there, all ", free->max_files, " inodes are in use, although ", free->bytes,
                        " bytes are free; remove files or choose another folder");
  }
  const std::string bytes = free.has_value() ? absl::StrCat(free->bytes) : "an unknown number of";
  return absl::StrCat("; ", needed_bytes > 0 ? absl::StrCat("needs ", needed_bytes, " bytes, ") : "", bytes, " bytes are free",
                      error == EDQUOT ? ", your quota of bytes or files may be less" : "", "; free space or choose another folder");
}

}  // namespace

std::optional<FreeSpace> FreeSpaceAt(const std::string& folder) {
  struct statvfs file_system;
  if (statvfs(folder.c_str(), &file_system) != 0) return std::nullopt;
  return FreeSpace{static_cast<uint64_t>(file_system.f_bavail) * file_system.f_frsize, file_system.f_favail, file_system.f_files};
}

std::string WriteRemedy(int error, const std::optional<FreeSpace>& free, size_t needed_bytes) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return FullDisk(error, free, needed_bytes);
    case EFBIG:
      return "; raise the limit on file sizes (ulimit -f)";
    case EMFILE:
      return "; raise the limit on open files (ulimit -n)";
    case ENFILE:
      return "; the system's limit on open files is reached (fs.file-max)";
    case ENOMEM:
      return "; free memory or raise its limit (ulimit -v)";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; choose a folder that you may write to";
    default:
      return "";
  }
}

}  // namespace mica
