// Reads safetensors files of any origin. Nothing in a file is trusted before it is checked.
//   MICA_ASSIGN_OR_RETURN(const SafetensorsFile file,
//                         DecodeSafetensors(bytes, "/home/me/resnet18.safetensors"));
//   for (const ArrayView& array : file.arrays) …
// It checks the format alone; models/weights/load_weights.h checks whether names, shapes and values
// fit a model. Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_
#define MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"

namespace mica {

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;
  std::vector<ArrayView> arrays;  // in the order of the data; names are unique
};

// Judges the first bytes of a file, at least 9 if it has them: the length of the header, against
// the file's size, and how the header begins. Errors as below.
absl::Status CheckSafetensorsStart(absl::string_view first_bytes, uint64_t file_bytes, absl::string_view source);

// The arrays point into `bytes`, which must outlive them. Returns a CheckpointError (exit code 4)
// for the first rule of the format that is broken; it begins with `source` and names the array.
// Memory: at most a few times the size of the header.
absl::StatusOr<SafetensorsFile> DecodeSafetensors(absl::string_view bytes, absl::string_view source);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_SAFETENSORS_READER_H_
