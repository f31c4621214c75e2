#include "models/weights/torch_file/torch_file_reader.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/torch_file/rebuilt_tensor.h"
#include "models/weights/torch_file/state_dict_section.h"
#include "models/weights/torch_file/strided_array.h"
#include "models/weights/torch_file/torch_container.h"

namespace mica {
namespace {

constexpr uint64_t kMaxCopyFactor = 4;  // of the file's size

absl::StatusOr<StridedArray> Rebuild(const FoundTensor& tensor, TorchContainer* container) {
  absl::StatusOr<StridedArray> array = RebuildTensor(*tensor.value, container);
  if (array.ok()) return array;
  return WithMessage(array.status(), absl::StrCat("tensor \"", ShownName(tensor.name), "\": ", array.status().message()));
}

absl::StatusOr<TorchFile> Decode(absl::string_view bytes, absl::string_view section) {
  MICA_ASSIGN_OR_RETURN(TorchContainer container, OpenTorchContainer(bytes));
  MICA_ASSIGN_OR_RETURN(StateDictSection found, FindStateDict(container, section));
  TorchFile file;
  file.section = std::move(found.name);
  file.other_sections = std::move(found.others);
  file.metadata = std::move(container.metadata);
  ArrayGatherer gatherer(kMaxCopyFactor * bytes.size(), &container.unpacked);
  for (const FoundTensor& tensor : found.tensors) {
    MICA_ASSIGN_OR_RETURN(const StridedArray array, Rebuild(tensor, &container));
    MICA_ASSIGN_OR_RETURN(ArrayView view, gatherer.View(tensor.name, array));
    file.arrays.push_back(std::move(view));
  }
  MICA_RETURN_IF_ERROR(container.CheckStorages());
  // Moving a deque moves no string, so the arrays stay valid.
  file.copies = std::make_shared<const std::deque<std::string>>(std::move(container.unpacked));
  return file;
}

}  // namespace

bool BeginsTorchFile(absl::string_view first_bytes) {
  return BeginsTorchContainer(first_bytes);
}

absl::StatusOr<TorchFile> DecodeTorchFile(absl::string_view bytes, absl::string_view source, absl::string_view section) {
  absl::StatusOr<TorchFile> file = Decode(bytes, section);
  if (file.ok()) return file;
  return WithMessage(file.status(), absl::StrCat(source, ": ", file.status().message()));
}

}  // namespace mica
