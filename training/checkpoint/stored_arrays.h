// Arrays and the file that holds them.
//   MICA_ASSIGN_OR_RETURN(const StoredArrays weights, ReadWeightsFile("/home/me/resnet18.pth"));
//   MICA_RETURN_IF_ERROR(LoadWeights(weights.arrays, weights.path, WeightsOf(*model)).status());
//   MICA_RETURN_IF_ERROR(weights.CheckIntact());
// Torch-free.
#ifndef MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
#define MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files/mapped_file.h"
#include "models/weights/array_view.h"

namespace mica {

struct StoredArrays {
  // To be called once the values were used. An error (exit code 4) if the file of ReadWeightsFile
  // was cut or written to meanwhile, or could not be read; the values may then be wrong.
  absl::Status CheckIntact() const;

  std::string path;
  absl::string_view bytes;  // of the file

  // They point into `bytes`, or into a copy where the file has them compressed or in another order.
  std::vector<ArrayView> arrays;

  // Of a checkpoint of torch.save: the part of it that the arrays are, such as "model", and the
  // parts beside it, such as "ema".
  std::string section;
  std::vector<std::string> other_sections;

  std::map<std::string, std::string> metadata;  // text by name that stands beside them

  // What `bytes` and `arrays` point to. Shared: they stay valid in copies of this. The file is that
  // of ReadWeightsFile, else null.
  std::shared_ptr<const MappedFile> file;
  std::shared_ptr<const void> memory;
};

// Decodes the bytes of a safetensors file. Errors name `path` and end with exit code 4.
absl::StatusOr<StoredArrays> DecodeStoredArrays(std::string path, std::string bytes);

// Reads a file that the user names: safetensors, or what torch.save wrote (.pth, .pt, .ckpt,
// models/weights/torch_file/torch_file_reader.h). Its first bytes tell which, not its name.
// `section` names the part of a checkpoint of torch.save to take, empty for the usual one. For a
// folder and for files of other kinds (.onnx, .h5, a web page, a Git LFS pointer), the error says
// what it is and what to do.
absl::StatusOr<StoredArrays> ReadWeightsFile(const std::string& path, absl::string_view section = "");

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_STORED_ARRAYS_H_
