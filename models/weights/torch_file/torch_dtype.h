// Types of numbers as PyTorch names them, by the names of the safetensors format.
//   FindStorageType("HalfStorage")->name == "F16"
//   FindTorchDtype("uint8")->bytes == 1
// nullopt for complex and quantised numbers, which that format does not have.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_DTYPE_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_DTYPE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace mica {

struct TorchDtype {
  const char* name;
  uint64_t bytes;  // of a value
};

// By the name of a class for storages. An UntypedStorage counts bytes, as "U8".
std::optional<TorchDtype> FindStorageType(absl::string_view class_name);

// By the name in the module torch.
std::optional<TorchDtype> FindTorchDtype(absl::string_view name);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_DTYPE_H_
