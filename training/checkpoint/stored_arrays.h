// Arrays and the file that holds them, read into memory.
//   MICA_ASSIGN_OR_RETURN(const StoredArrays weights,
//                         ReadWeightsFile("/home/me/resnet18.safetensors"));
//   MICA_RETURN_IF_ERROR(LoadWeights(weights.arrays, weights.path, WeightsOf(*model)).status());
// Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
#define MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/weights/array_view.h"

namespace mica {

struct StoredArrays {
  std::string path;
  std::shared_ptr<const std::string> bytes;  // of the file; the arrays point into them
  std::vector<ArrayView> arrays;
  std::map<std::string, std::string> metadata;  // text by name that the file has beside them
};

// Decodes the bytes of a safetensors file. Errors name `path` and end with exit code 4.
absl::StatusOr<StoredArrays> DecodeStoredArrays(std::string path, std::string bytes);

// Reads a safetensors file that the user names. For a folder and for files of other kinds (.pth, a
// web page, a Git LFS pointer), the error says what it is and what to do.
absl::StatusOr<StoredArrays> ReadWeightsFile(const std::string& path);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
