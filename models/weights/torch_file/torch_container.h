// A file of torch.save taken apart: the pickle of its object, and the numbers that the pickle
// refers to. The three containers that PyTorch has had are told apart by their first bytes.
//   MICA_ASSIGN_OR_RETURN(TorchContainer container, OpenTorchContainer(bytes));
//   MICA_ASSIGN_OR_RETURN(const absl::string_view numbers, container.Storage("0"));
//   MICA_RETURN_IF_ERROR(container.CheckStorages());
// Errors are CheckpointErrors (exit code 4) without the file's path. Single-thread.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_CONTAINER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_CONTAINER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/torch_file/pickle_reader.h"
#include "models/weights/torch_file/strided_array.h"
#include "models/weights/torch_file/zip_reader.h"

namespace mica {

// Views point into the file's bytes or into `unpacked`.
struct TorchContainer {
  Pickle pickle;
  std::map<std::string, ZipEntry, std::less<>> entries;            // storages that are not looked at yet, by key
  std::map<std::string, absl::string_view, std::less<>> storages;  // by key
  std::map<std::string, StridedArray, std::less<>> tensors;        // of a tar file, by key
  std::deque<std::string> unpacked;
  std::map<std::string, std::string> metadata;  // text that mica export wrote beside the object, by name

  std::vector<std::pair<ZipEntry, absl::string_view>> unchecked;  // with their content

  // The bytes of a storage. Those of a zip file are not compared with their checksum yet.
  absl::StatusOr<absl::string_view> Storage(absl::string_view key);

  // Compares the checksums of all storages that were asked for, with several threads where they are
  // large. To be called before their numbers are used.
  absl::Status CheckStorages() const;
};

// What a pickle says of a storage outside of it.
struct StorageReference {
  std::string key;
  TorchDtype dtype;
  int64_t values = 0;      // of the whole storage
  int64_t view_begin = 0;  // the part that is meant, in values
  int64_t view_values = 0;
};

// Reads the persistent id of a storage: ("storage", class, key, device, count), and in the stream
// format a view of it. The file may say anything; sizes are checked against each other.
absl::StatusOr<StorageReference> ReadStorageReference(const Pickle& pickle, const PickleValue& persistent_id);

// Whether a file that begins so may be one of the containers: a zip or tar archive or a pickle.
bool BeginsTorchContainer(absl::string_view first_bytes);

// Formats: zip (PyTorch 1.6 and later), stream (0.1.10 to 1.5, and later on request) and tar
// (before 0.1.10), all little-endian. Archives of TorchScript and of C++'s torch::save hold other
// objects, and are refused with the way out.
absl::StatusOr<TorchContainer> OpenTorchContainer(absl::string_view file);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_CONTAINER_H_
