#include "data/export/tar_layout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "data/export/tar_format.h"

namespace mica {
namespace {

int64_t BytesOfMember(int64_t size) {
  constexpr int64_t kBlock = 512;
  return kBlock + (size + kBlock - 1) / kBlock * kBlock;
}

absl::Status AddMember(const std::string& name, absl::string_view bytes, ExportFile* file) {
  const auto size = static_cast<int64_t>(bytes.size());
  MICA_RETURN_IF_ERROR(file->Append(UstarHeader(name, size)));
  MICA_RETURN_IF_ERROR(file->Append(bytes));
  return file->Append(UstarPadding(size));
}

}  // namespace

absl::Status TarLayoutWriter::Add(const PictureToPlace& picture) {
  Shard& shard = shards_[picture.part];
  const std::string label = picture.label < 0 ? "" : absl::StrCat(picture.label);
  const int64_t bytes =
      BytesOfMember(static_cast<int64_t>(picture.bytes.size())) + (label.empty() ? 0 : BytesOfMember(static_cast<int64_t>(label.size())));
  const bool is_full = shard.file != nullptr && (shard.samples >= limits_.samples || shard.file->size() + bytes > limits_.bytes);
  if (is_full) MICA_RETURN_IF_ERROR(Finish(&shard));
  if (shard.file == nullptr) {
    const std::string name = absl::StrFormat("%s-%06d.tar", picture.part, shard.number);
    MICA_ASSIGN_OR_RETURN(shard.file, folder_.CreateFile(name));
  }
  ++shard.samples;
  MICA_RETURN_IF_ERROR(AddMember(absl::StrCat(picture.name, picture.extension), picture.bytes, shard.file.get()));
  return label.empty() ? absl::OkStatus() : AddMember(absl::StrCat(picture.name, ".cls"), label, shard.file.get());
}

absl::Status TarLayoutWriter::Finish(Shard* shard) {
  MICA_RETURN_IF_ERROR(shard->file->Append(UstarEnd(shard->file->size())));
  MICA_RETURN_IF_ERROR(shard->file->Finish());
  *shard = {nullptr, 0, shard->number + 1};
  return absl::OkStatus();
}

absl::Status TarLayoutWriter::End() {
  for (auto& [part, shard] : shards_) {
    if (shard.file != nullptr) MICA_RETURN_IF_ERROR(Finish(&shard));
  }
  return absl::OkStatus();
}

}  // namespace mica
