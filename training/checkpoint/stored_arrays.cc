#include "training/checkpoint/stored_arrays.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/status_macros.h"
#include "training/checkpoint/safetensors_reader.h"

namespace mica {
namespace {

constexpr char kConvert[] = "; convert it to safetensors: docs/file_formats.md shows the few lines of Python";

// A pickle begins with \x80 \x02, and so does a safetensors file whose header has 640 bytes. Only
// the latter has zeros next.
bool BeginsWithHeaderLength(absl::string_view bytes) {
  return bytes.substr(2, 6) == absl::string_view("\0\0\0\0\0\0", 6);
}

// For a file that is not safetensors: what its first bytes say it is, and what to do; "" if
// unknown.
std::string OtherFormat(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "PK\x03\x04")) return absl::StrCat("is a zip archive, as torch.save writes .pth and .pt files", kConvert);
  if (absl::StartsWith(bytes, "\x80") && bytes.size() > 1 && bytes[1] >= 2 && bytes[1] <= 5 && !BeginsWithHeaderLength(bytes)) {
    return absl::StrCat("is a Python pickle, as torch.save wrote .pth files before version 1.6", kConvert);
  }
  if (absl::StartsWith(bytes, "\x89HDF\r\n")) return absl::StrCat("is an HDF5 file, as Keras writes", kConvert);
  return "";
}

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
  const std::string other_format = OtherFormat(*bytes);
  absl::StatusOr<StoredArrays> stored = DecodeStoredArrays(path, *std::move(bytes));
  if (!stored.ok() && !other_format.empty()) return CheckpointError(absl::StrCat(path, ": ", other_format));
  return stored;
}

}  // namespace mica
