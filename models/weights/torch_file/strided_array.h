// An array whose values lie in a storage at any offset and with any strides, as PyTorch's tensors
// do, brought into row-major order.
//   std::deque<std::string> copies;
//   ArrayGatherer gatherer(/*max_bytes=*/4 * file.size(), &copies);
//   MICA_ASSIGN_OR_RETURN(const ArrayView array, gatherer.View("fc.weight", strided));
// Torch-free.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_STRIDED_ARRAY_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_STRIDED_ARRAY_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/torch_dtype.h"

namespace mica {

struct StridedArray {
  TorchDtype dtype = {"", 0};
  absl::string_view storage;     // bytes
  int64_t offset = 0;            // of the first value, in values
  std::vector<int64_t> shape;    // any may be 0; empty for a single value
  std::vector<int64_t> strides;  // in values, as many as the shape has dimensions; 0 repeats a value
};

class ArrayGatherer {
 public:
  // `max_bytes` bounds all copies together, so that zero strides cannot ask for terabytes. Copies
  // are appended to `copies`, which must outlive this and the views.
  ArrayGatherer(uint64_t max_bytes, std::deque<std::string>* copies) : bytes_left_(max_bytes), max_bytes_(max_bytes), copies_(*copies) {}

  // Points into the storage where the values lie there in row-major order, else into a copy.
  // Returns a CheckpointError that names the array if it has negative or too many numbers, reaches
  // past its storage, or needs more than is left of `max_bytes`.
  absl::StatusOr<ArrayView> View(const std::string& name, const StridedArray& array);

 private:
  uint64_t bytes_left_;
  const uint64_t max_bytes_;
  std::deque<std::string>& copies_;
};

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_STRIDED_ARRAY_H_
