#include "training/checkpoint/stored_arrays.h"

#include <deque>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file_kind.h"
#include "base/files/file_memory.h"
#include "base/files/input_file.h"
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

// Judges a file by its first bytes, before all of it is read: it may be another kind of file, of
// any size.
absl::StatusOr<WeightsFormat> FormatOf(const std::string& path) {
  InputFile file(path);
  if (const absl::Status status = file.Open(); !status.ok()) return CheckpointError(status.message());
  std::string start(kFileKindBytes, '\0');
  const absl::StatusOr<size_t> got = file.Read(start.data(), start.size());
  if (!got.ok()) return CheckpointError(got.status().message());
  start.resize(*got);
  const absl::Status status = CheckSafetensorsStart(start, file.size(), path);
  const std::optional<FileKind> kind = status.ok() ? std::nullopt : WhatItLooksLike(start);
  if (status.ok()) return WeightsFormat::kSafetensors;
  if (!kind.has_value()) return status;
  const bool is_weights = kind->group == FileKind::Group::kWeights;
  if (!is_weights && BeginsTorchFile(start)) return WeightsFormat::kTorch;
  return CheckpointError(
      absl::StrCat(path, ": ", kind->what, ", expected a file of safetensors or of torch.save; ", is_weights ? kConvert : kind->remedy));
}

// What the arrays of a file that the user names point to.
struct FileContent {
  FileMemory file;
  std::shared_ptr<const std::deque<std::string>> copies;  // null if there are none
};

absl::StatusOr<StoredArrays> DecodeFile(const std::string& path, WeightsFormat format, absl::string_view section,
                                        std::shared_ptr<FileContent> content) {
  StoredArrays stored;
  stored.path = path;
  stored.bytes = content->file.bytes();
  switch (format) {
    case WeightsFormat::kSafetensors: {
      MICA_ASSIGN_OR_RETURN(SafetensorsFile file, DecodeSafetensors(stored.bytes, path));
      stored.arrays = std::move(file.arrays);
      stored.metadata = std::move(file.metadata);
      break;
    }
    case WeightsFormat::kTorch: {
      MICA_ASSIGN_OR_RETURN(TorchFile file, DecodeTorchFile(stored.bytes, path, section));
      stored.arrays = std::move(file.arrays);
      stored.section = std::move(file.section);
      stored.other_sections = std::move(file.other_sections);
      content->copies = std::move(file.copies);
      stored.metadata = std::move(file.metadata);
      break;
    }
  }
  stored.memory = std::move(content);
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
  MICA_ASSIGN_OR_RETURN(const WeightsFormat format, FormatOf(path));
  if (format == WeightsFormat::kSafetensors && !section.empty()) {
    return CheckpointError(absl::StrCat(path, ": is a safetensors file, which has no sections; take section \"", section, "\" off"));
  }
  absl::StatusOr<FileMemory> file = FileMemory::Read(path);
  if (!file.ok()) return CheckpointError(file.status().message());
  return DecodeFile(path, format, section, std::make_shared<FileContent>(FileContent{*std::move(file), nullptr}));
}

}  // namespace mica
