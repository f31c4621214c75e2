// Reads the safetensors format, from whomever the file comes: nothing in it is believed before it was checked.
//   MICA_ASSIGN_OR_RETURN(const SafetensorsFile file, DecodeSafetensors(bytes, "/home/me/resnet18.safetensors"));
//   for (const ArrayView& array : file.arrays) …
// Not for checks of meaning: whether names, shapes and values fit a model is said by models/weights/load_weights.h. Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_
#define MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"

namespace mica {

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;
  std::vector<ArrayView> arrays;  // in the order of the data; names are unique
};

// The arrays look at `bytes`, which must outlive them. The first rule of the format that is broken becomes a CheckpointError (exit code 4)
// that begins with `source` and names the array. Memory: at most a few times the size of the header.
absl::StatusOr<SafetensorsFile> DecodeSafetensors(absl::string_view bytes, absl::string_view source);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_
