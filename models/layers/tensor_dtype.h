// The type of the numbers of a layer's tensor, as the safetensors format spells it.
//   TensorDtype(tensor) == "F32"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_LAYERS_TENSOR_DTYPE_H_
#define MICA_MODELS_LAYERS_TENSOR_DTYPE_H_

#include <string>

#include "models/layers/layer_effect.h"

namespace mica {

// "I64" of the buffers num_batches_tracked and relative_position_index, whose names no other tensor
// has; "F32" of all others.
std::string TensorDtype(const LayerTensor& tensor);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_TENSOR_DTYPE_H_
