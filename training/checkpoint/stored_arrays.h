// Arrays together with the file that holds them, read into memory.
//   MICA_ASSIGN_OR_RETURN(const StoredArrays weights, ReadWeightsFile("/home/me/resnet18.safetensors"));
//   MICA_RETURN_IF_ERROR(LoadWeights(weights.arrays, weights.path, WeightsOf(*model)).status());
// Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
#define MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/weights/array_view.h"

namespace mica {

struct StoredArrays {
  std::string path;
  std::shared_ptr<const std::string> bytes;  // the file; the arrays look at it
  std::vector<ArrayView> arrays;
};

// Of the bytes of a safetensors file; errors name `path` and end with exit code 4.
absl::StatusOr<StoredArrays> DecodeStoredArrays(std::string path, std::string bytes);

// A safetensors file that a user names. Of a folder, a .pth or a Keras file the error says what it is and what to do.
absl::StatusOr<StoredArrays> ReadWeightsFile(const std::string& path);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
