// TorchScript methods for layers of several operations, which stand beside forward.
//   SourceOfMethods({TorchScriptMethod::kMergePatches})
//   // def _merge_patches(self, picture: Tensor) -> Tensor: …
// Each computes what the layer of its name does (models/network), for sizes that only the images
// tell. torchscript_source.h calls them. Torch-free, thread-safe.
#ifndef MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_METHODS_H_
#define MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_METHODS_H_

#include <set>
#include <string>

namespace mica {

enum class TorchScriptMethod { kLocalResponseNorm, kMergePatches, kSelfAttention, kWindowAttention };

// The methods and those that they call. All their names begin with "_".
std::string SourceOfMethods(const std::set<TorchScriptMethod>& methods);

}  // namespace mica

#endif  // MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_METHODS_H_
