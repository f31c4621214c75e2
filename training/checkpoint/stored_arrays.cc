#include "training/checkpoint/stored_arrays.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/file_kind.h"
#include "base/status_macros.h"
#include "training/checkpoint/safetensors_reader.h"

namespace mica {
namespace {

constexpr char kConvert[] = "convert it to safetensors: docs/file_formats.md shows the few lines of Python";

absl::Status FolderError(const std::string& path) {
  const std::string inside = absl::StrCat(path, "/model.safetensors");
  std::error_code error;
  return CheckpointError(absl::StrCat(path, ": is a folder, expected a .safetensors file",
                                      std::filesystem::exists(inside, error) ? absl::StrCat("; name the one in it: ", inside) : ""));
}

}  // namespace

absl::StatusOr<StoredArrays> DecodeStoredArrays(std::string path, std::string bytes) {
  StoredArrays stored;
  stored.path = std::move(path);
  stored.bytes = std::make_shared<const std::string>(std::move(bytes));
  MICA_ASSIGN_OR_RETURN(SafetensorsFile file, DecodeSafetensors(*stored.bytes, stored.path));
  stored.arrays = std::move(file.arrays);
  return stored;
}

absl::StatusOr<StoredArrays> ReadWeightsFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return FolderError(path);
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return CheckpointError(bytes.status().message());
  const std::optional<FileKind> kind = WhatItLooksLike(*bytes);
  absl::StatusOr<StoredArrays> stored = DecodeStoredArrays(path, *std::move(bytes));
  if (stored.ok() || !kind.has_value()) return stored;
  const bool weights = kind->group == FileKind::Group::kWeights;
  return CheckpointError(absl::StrCat(path, ": ", kind->what, ", expected a safetensors file; ", weights ? kConvert : kind->remedy));
}

}  // namespace mica
