// OpenComputeLibrary for programs that load libmica_torch.so when they need it.
#include <dlfcn.h>
#include <glog/logging.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/elapsed.h"
#include "experiments/runner/compute_library.h"

namespace mica {

absl::StatusOr<const ComputeLibrary*> OpenComputeLibrary() {
  const auto start = std::chrono::steady_clock::now();
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string path = binary.parent_path() / "libmica_torch.so";
  // Lazily bound: LibTorch has a hundred thousand functions, and a run calls few of them.
  void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    return absl::InternalError(absl::StrCat(path, ": cannot load this library, which belongs beside the mica binary: ", dlerror()));
  }
  void* const entry = dlsym(library, "MicaComputeLibrary");
  if (entry == nullptr) return absl::InternalError(absl::StrCat(path, ": is not the library of this mica binary: ", dlerror()));
  VLOG(1) << "library_loaded path=" << path << " seconds=" << ElapsedSeconds(start);
  return reinterpret_cast<decltype(&MicaComputeLibrary)>(entry)();
}

}  // namespace mica
