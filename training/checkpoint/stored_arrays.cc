#include "training/checkpoint/stored_arrays.h"

#include <deque>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file_kind.h"
#include "base/files/mapped_file.h"
#include "base/status_macros.h"
#include "models/weights/torch_file/torch_file_reader.h"
#include "training/checkpoint/safetensors_reader.h"

namespace mica {
namespace {

constexpr char kConvert[] = "convert it to safetensors: docs/weights.md shows the few lines of Python";

absl::Status FolderError(const std::string& path) {
  const std::string inside = absl::StrCat(path, "/model.safetensors");
  std::error_code error;
  return CheckpointError(absl::StrCat(path, ": is a folder, expected a file of weights",
                                      std::filesystem::exists(inside, error) ? absl::StrCat("; name the one in it: ", inside) : ""));
}

enum class WeightsFormat { kSafetensors, kTorch };

// Judges a file by its first bytes: it may be another kind of file, of any size.
absl::StatusOr<WeightsFormat> FormatOf(const MappedFile& file, const std::string& path) {
  if (file.bytes().empty()) return CheckpointError(absl::StrCat(path, ": 0 bytes: nothing is in it; copy or download it again"));
  const absl::string_view start = file.bytes().substr(0, kFileKindBytes);
  const absl::Status status = CheckSafetensorsStart(start, file.bytes().size(), path);
  const std::optional<FileKind> kind = status.ok() ? std::nullopt : WhatItLooksLike(start);
  if (status.ok()) return WeightsFormat::kSafetensors;
  if (!kind.has_value()) return status;
  const bool is_weights = kind->group == FileKind::Group::kWeights;
  if (!is_weights && BeginsTorchFile(start)) return WeightsFormat::kTorch;
  return CheckpointError(
      absl::StrCat(path, ": ", kind->what, ", expected a file of safetensors or of torch.save; ", is_weights ? kConvert : kind->remedy));
}

absl::StatusOr<StoredArrays> DecodeFile(const MappedFile& file, const std::string& path, absl::string_view section) {
  MICA_ASSIGN_OR_RETURN(const WeightsFormat format, FormatOf(file, path));
  StoredArrays stored;
  stored.path = path;
  stored.bytes = file.bytes();
  switch (format) {
    case WeightsFormat::kSafetensors: {
      if (!section.empty()) {
        return CheckpointError(absl::StrCat(path, ": is a safetensors file, which has no sections; take section \"", section, "\" off"));
      }
      MICA_ASSIGN_OR_RETURN(SafetensorsFile decoded, DecodeSafetensors(stored.bytes, path));
      stored.arrays = std::move(decoded.arrays);
      stored.metadata = std::move(decoded.metadata);
      break;
    }
    case WeightsFormat::kTorch: {
      MICA_ASSIGN_OR_RETURN(TorchFile decoded, DecodeTorchFile(stored.bytes, path, section));
      stored.arrays = std::move(decoded.arrays);
      stored.section = std::move(decoded.section);
      stored.other_sections = std::move(decoded.other_sections);
      stored.memory = std::move(decoded.copies);
      stored.metadata = std::move(decoded.metadata);
      break;
    }
  }
  return stored;
}

}  // namespace

absl::StatusOr<StoredArrays> DecodeStoredArrays(std::string path, std::string bytes) {
  const auto memory = std::make_shared<const std::string>(std::move(bytes));
  MICA_ASSIGN_OR_RETURN(SafetensorsFile file, DecodeSafetensors(*memory, path));
  StoredArrays stored;
  stored.path = std::move(path);
  stored.bytes = *memory;
  stored.arrays = std::move(file.arrays);
  stored.metadata = std::move(file.metadata);
  stored.memory = memory;
  return stored;
}

absl::StatusOr<StoredArrays> ReadWeightsFile(const std::string& path, absl::string_view section) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return FolderError(path);
  absl::StatusOr<MappedFile> opened = MappedFile::Open(path);
  if (!opened.ok()) return CheckpointError(opened.status().message());
  const auto file = std::make_shared<const MappedFile>(*std::move(opened));
  absl::StatusOr<StoredArrays> stored = DecodeFile(*file, path, section);
  // Of a file that changed, this is the error, whatever else was found.
  if (const absl::Status intact = file->CheckIntact(); !intact.ok()) return CheckpointError(intact.message());
  if (stored.ok()) stored->file = file;
  return stored;
}

absl::Status StoredArrays::CheckIntact() const {
  const absl::Status status = file == nullptr ? absl::OkStatus() : file->CheckIntact();
  return status.ok() ? status : CheckpointError(status.message());
}

}  // namespace mica
