// Writes arrays as the file that PyTorch's torch.save makes of a state_dict.
//   const std::string bytes = EncodeTorchFile({{"fc.bias", "F32", {10}, bias_bytes}}, {});
//   MICA_RETURN_IF_ERROR(WriteFileAtomically("/home/me/resnet18.pt", bytes));
//   # Python: model.load_state_dict(torch.load("resnet18.pt", weights_only=True))
// A ZIP archive with a pickle, which says what tensors there are, and a record of values for each,
// which begins at a multiple of 64 bytes. Where nobody needs PyTorch's own format, safetensors.h is
// the better choice: no pickle. Torch-free, thread-safe.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_WRITER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_WRITER_H_

#include <map>
#include <string>
#include <vector>

#include "models/weights/array_view.h"

namespace mica {

// The whole file: torch.load gives an OrderedDict of contiguous tensors on the CPU, in the order of
// `arrays`. Names must be unique, dtypes F32, F64, F16, BF16, I64, I32, I16, I8, U8 or BOOL; others
// end the process, as does an array whose bytes do not fit its shape. `extra_files` are texts by
// name, which torch.load passes over; other tools find them as archive/extra/NAME. The same input
// gives the same bytes.
std::string EncodeTorchFile(const std::vector<ArrayView>& arrays, const std::map<std::string, std::string>& extra_files);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_WRITER_H_
