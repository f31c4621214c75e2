// OpenComputeLibrary for programs that load libmica_torch.so when they need it.
#include <dlfcn.h>
#include <fcntl.h>
#include <glog/logging.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "experiments/runner/compute_library.h"

namespace mica {
namespace {

constexpr char kReinstall[] = "build or install mica again";

std::string Permissions(const std::string& path) {
  struct stat stats;
  if (stat(path.c_str(), &stats) != 0) return "";
  return absl::StrFormat(" (mode %03o, owner %d; you are user %d)", stats.st_mode & 0777, stats.st_uid, geteuid());
}

std::string Remedy(const std::string& path, int error) {
  switch (error) {
    case EACCES:
      return absl::StrCat(Permissions(path), "; its owner can let you read it: chmod a+r ", path);
    case ENOENT:
    case ENOTDIR:
      return "; keep the two together: copy both, or link to the binary instead of copying it";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    default:
      return absl::StrCat("; ", kReinstall);
  }
}

// dlopen says of an unreadable file just that it cannot open it, and not what to do.
absl::Status CannotLoad(const std::string& path, const std::string& reason) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int error = errno;
  if (file < 0) {
    return InstallationError(absl::StrCat(
        path, ": cannot open this library, which belongs beside the mica binary: ", WhyNotOpened(path, error), Remedy(path, error)));
  }
  close(file);
  return InstallationError(absl::StrCat(path, ": cannot load this library: ", reason, "; \"ldd ", path,
                                        "\" lists what it needs and what is missing; ", kReinstall));
}

}  // namespace

absl::StatusOr<const ComputeLibrary*> OpenComputeLibrary() {
  const auto start = std::chrono::steady_clock::now();
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string path = binary.parent_path() / "libmica_torch.so";
  // Lazily bound: LibTorch has a hundred thousand functions, and a run calls few of them.
  void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return CannotLoad(path, dlerror());
  void* const entry = dlsym(library, "MicaComputeLibrary");
  if (entry == nullptr) {
    return InstallationError(absl::StrCat(path, ": is not the library of this mica binary: ", dlerror(), "; ", kReinstall));
  }
  VLOG(1) << "library_loaded path=" << path << " seconds=" << ElapsedSeconds(start);
  return reinterpret_cast<decltype(&MicaComputeLibrary)>(entry)();
}

}  // namespace mica
