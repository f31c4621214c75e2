#include "experiments/runner/torch_part.h"

#include <dlfcn.h>

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/index/index_builder.h"

namespace mica {
namespace {
absl::StatusOr<const TorchPart*> LoadTorchPart() {
  // Lazily bound: LibTorch has a hundred thousand functions and a run calls few of them.
  void* const library = dlopen("libmica_torch.so", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return absl::InternalError(absl::StrCat("cannot load the library beside the mica binary: ", dlerror()));
  void* const entry = dlsym(library, "MicaTorchPart");
  if (entry == nullptr) return absl::InternalError(absl::StrCat("the library beside the mica binary is not mica's: ", dlerror()));
  return reinterpret_cast<const TorchPart* (*)()>(entry)();
}

}  // namespace

absl::StatusOr<TorchAndData> LoadTorchAndData(const DatasetConfig& config) {
  std::future<absl::StatusOr<DatasetIndex>> reading = std::async(std::launch::async, [&] { return BuildDatasetIndex(config); });
  const absl::StatusOr<const TorchPart*> torch = LoadTorchPart();
  absl::StatusOr<DatasetIndex> index = reading.get();
  MICA_RETURN_IF_ERROR(index.status());
  MICA_RETURN_IF_ERROR(torch.status());
  return TorchAndData{*torch, *std::move(index)};
}

}  // namespace mica
