#include "experiments/runner/torch_part.h"

#include <dlfcn.h>

#include <filesystem>
#include <future>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/index/index_builder.h"

namespace mica {
namespace {

absl::StatusOr<const TorchPart*> LoadTorchPart() {
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string path = binary.parent_path() / "libmica_torch.so";
  // Lazily bound: LibTorch has a hundred thousand functions and a run calls few of them.
  void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    return absl::InternalError(absl::StrCat(path, ": cannot load this library, which belongs beside the mica binary: ", dlerror()));
  }
  void* const entry = dlsym(library, "MicaTorchPart");
  if (entry == nullptr) return absl::InternalError(absl::StrCat(path, ": is not the library of this mica binary: ", dlerror()));
  return reinterpret_cast<const TorchPart* (*)()>(entry)();
}

}  // namespace

absl::StatusOr<TorchAndData> LoadTorchAndData(const DatasetConfig& config) {
  // Where the system grants no thread, `get` does the work.
  std::future<absl::StatusOr<DatasetIndex>> reading =
      std::async(std::launch::async | std::launch::deferred, [&] { return BuildDatasetIndex(config); });
  const absl::StatusOr<const TorchPart*> torch = LoadTorchPart();
  absl::StatusOr<DatasetIndex> index = reading.get();
  MICA_RETURN_IF_ERROR(index.status());
  MICA_RETURN_IF_ERROR(torch.status());
  return TorchAndData{*torch, *std::move(index)};
}

}  // namespace mica
