// Finds out which numbers a tensor in a pickle stands for. A pickle holds no tensor, but a call
// that makes one: torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, …).
//   if (IsTensor(container, value)) {
//     MICA_ASSIGN_OR_RETURN(const StridedArray array, RebuildTensor(value, &container));
//   }
// Knows all forms since PyTorch 0.1 for dense tensors, parameters and subclasses of tensors.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_REBUILT_TENSOR_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_REBUILT_TENSOR_H_

#include "absl/status/statusor.h"
#include "models/weights/torch_file/pickle_reader.h"
#include "models/weights/torch_file/strided_array.h"
#include "models/weights/torch_file/torch_container.h"

namespace mica {

// Tensors of kinds that are not read count too.
bool IsTensor(const TorchContainer& container, const PickleValue& value);

// `value` must be a tensor of container->pickle. The array points into its storage; shape and
// strides are as the file says, and not judged. Returns a CheckpointError (exit code 4) without the
// tensor's name for sparse, quantised, nested and complex tensors, and for damaged files.
absl::StatusOr<StridedArray> RebuildTensor(const PickleValue& value, TorchContainer* container);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_REBUILT_TENSOR_H_
