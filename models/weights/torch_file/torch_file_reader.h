// Reads the weights in a file of torch.save, of any version of PyTorch, without running what it
// asks for.
//   MICA_ASSIGN_OR_RETURN(const TorchFile file,
//                         DecodeTorchFile(bytes, "/home/me/resnet18.pth", /*section=*/""));
//   for (const ArrayView& array : file.arrays) …
// torch_container.h says which containers are read, state_dict_section.h where in a checkpoint the
// weights are looked for. Not for whole modules, TorchScript archives, and tensors that are sparse,
// quantised, nested or complex: the error says what to save instead. Torch-free.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_READER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_READER_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"

namespace mica {

struct TorchFile {
  // In the order of the file; names are unique. Tensors may share their bytes.
  std::vector<ArrayView> arrays;

  // What of the arrays does not lie in the file as it is: compressed, or in another order.
  std::shared_ptr<const std::deque<std::string>> copies;

  std::string section;                      // of the checkpoint, such as "model"; empty: at the top
  std::vector<std::string> other_sections;  // that hold tensors too, such as "ema"

  std::map<std::string, std::string> metadata;  // text by name, in files that mica export wrote
};

// Whether a file that begins so may be one of torch.save: a zip or tar archive or a pickle. 512
// bytes are enough.
bool BeginsTorchFile(absl::string_view first_bytes);

// The arrays point into `bytes` and `copies`, which must outlive them. `section` is the one to
// take, empty for the first that state_dict_section.h names. Returns a CheckpointError (exit code
// 4) that begins with `source`. Memory: copies of at most 4 times the file's size, what the pickle
// takes (pickle_reader.h), and for a compressed archive what zip_reader.h says.
absl::StatusOr<TorchFile> DecodeTorchFile(absl::string_view bytes, absl::string_view source, absl::string_view section);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_READER_H_
