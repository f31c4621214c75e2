#include "training/checkpoint/checkpoint_store.h"

#include <glog/logging.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "training/checkpoint/checkpoint_name.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

constexpr char kTemporary[] = ".tmp";
constexpr char kDeleted[] = ".del";

absl::string_view BytesOf(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
}

absl::Status CheckFinite(const std::vector<NamedTensor>& tensors) {
  for (const NamedTensor& named : tensors) {
    if (!named.tensor.isfinite().all().item<bool>()) {
      return NonFiniteError(absl::StrCat(named.name, " holds NaN or infinity, so no checkpoint is written; lower the learning rate"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Encode(const std::vector<NamedTensor>& tensors) {
  std::string bytes;
  MICA_RETURN_IF_ERROR(GuardTorch("encoding weights", [&] {
    std::vector<at::Tensor> on_cpu;  // owns what the views below look at
    std::vector<ArrayView> arrays;
    for (const NamedTensor& named : tensors) {
      on_cpu.push_back(named.tensor.detach().to(at::kCPU).contiguous());
      arrays.push_back({named.name, DtypeName(named.tensor.scalar_type()), named.tensor.sizes().vec(), BytesOf(on_cpu.back())});
    }
    bytes = EncodeSafetensors(std::move(arrays), {{"format", "pt"}});
  }));
  return bytes;
}

std::string ManifestText(const CheckpointReport& manifest) {
  const std::string text = PrintTextprotoFile(manifest);
  return absl::StrCat(text, "# xxh3 ", FormatFingerprint(Fingerprint(text)), "\n");
}

absl::Status Verify(const std::string& path, absl::string_view expected, FileCalls& calls) {
  const absl::StatusOr<std::string> found = ReadFile(path, kMaxFileBytes, calls);
  if (!found.ok()) return OutputError(absl::StrCat("reading back what was just written: ", found.status().message()));
  if (*found == expected) return absl::OkStatus();
  return OutputError(absl::StrCat(path, ": read back ", found->size(), " bytes, xxh3 ", FormatFingerprint(Fingerprint(*found)),
                                  "; written were ", expected.size(), " bytes, xxh3 ", FormatFingerprint(Fingerprint(expected)),
                                  "; the disk or its driver is not reliable"));
}

}  // namespace

absl::Status CheckpointStore::Save(const CheckpointContents& contents) {
  const auto start = std::chrono::steady_clock::now();
  for (const CheckpointContents::File& file : contents.files) MICA_RETURN_IF_ERROR(CheckFinite(file.tensors));
  const std::string final_folder = absl::StrCat(folder_, "/", CheckpointName(contents.manifest.step()));
  const std::string temporary = absl::StrCat(final_folder, kTemporary);
  std::error_code unknown;
  const bool is_first = !std::filesystem::exists(folder_, unknown);
  absl::Status status = MakeFolders(temporary, calls_);
  absl::StatusOr<int64_t> bytes = 0;
  if (status.ok()) bytes = WriteFiles(contents, temporary);
  status.Update(bytes.status());
  if (status.ok()) status = RenameFile(temporary, final_folder, calls_);
  if (!status.ok()) {
    RemoveTree(temporary, calls_);
    return status;
  }
  MICA_RETURN_IF_ERROR(SyncFolder(folder_, calls_));
  // The parent lists checkpoints/ itself.
  if (is_first) MICA_RETURN_IF_ERROR(SyncFolder(FolderName(folder_), calls_));
  VLOG(1) << "checkpoint_written path=" << final_folder << " bytes=" << *bytes << " seconds=" << ElapsedSeconds(start);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CheckpointStore::WriteFiles(const CheckpointContents& contents, const std::string& folder) {
  CheckpointReport manifest = contents.manifest;
  manifest.set_format_version(kCheckpointFormat);
  std::vector<std::pair<std::string, std::string>> files;
  const auto add = [&](const std::string& name, std::string bytes) {
    CheckpointFileReport* file = manifest.add_files();
    file->set_name(name);
    file->set_size_bytes(static_cast<int64_t>(bytes.size()));
    file->set_fingerprint(FormatFingerprint(Fingerprint(bytes)));
    files.emplace_back(name, std::move(bytes));
  };
  for (const CheckpointContents::File& file : contents.files) {
    if (file.tensors.empty()) continue;
    MICA_ASSIGN_OR_RETURN(std::string bytes, Encode(file.tensors));
    add(file.name, std::move(bytes));
  }
  // Last: its presence says that the others are whole.
  files.emplace_back("manifest.textproto", ManifestText(manifest));
  for (const auto& [name, bytes] : files) MICA_RETURN_IF_ERROR(WriteNewFile(absl::StrCat(folder, "/", name), bytes, calls_));
  for (const auto& [name, bytes] : files) MICA_RETURN_IF_ERROR(Verify(absl::StrCat(folder, "/", name), bytes, calls_));
  MICA_RETURN_IF_ERROR(SyncFolder(folder, calls_));
  int64_t size = 0;
  for (const auto& [name, bytes] : files) size += static_cast<int64_t>(bytes.size());
  return size;
}

bool CheckpointStore::Has(int64_t step) const {
  std::error_code error;
  return std::filesystem::is_directory(absl::StrCat(folder_, "/", CheckpointName(step)), error);
}

absl::Status CheckpointStore::Point(const std::string& name, int64_t step) {
  return WriteFileAtomically(absl::StrCat(folder_, "/", name), absl::StrCat(CheckpointName(step), "\n"), calls_);
}

absl::Status CheckpointStore::Prune(absl::Span<const int64_t> keep_steps) {
  std::vector<std::string> keep;
  for (const int64_t step : keep_steps) keep.push_back(CheckpointName(step));
  std::vector<std::string> names;
  calls_.List(folder_.c_str(), &names);
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::error_code unreadable;
    if (!absl::StartsWith(name, "step-") || !std::filesystem::is_directory(path, unreadable)) continue;
    if (std::find(keep.begin(), keep.end(), name) != keep.end()) continue;
    // Renamed first, so that a half-removed folder never looks like a checkpoint.
    const std::string deleted = absl::EndsWith(path, kDeleted) ? path : absl::StrCat(path, kDeleted);
    if (deleted != path) MICA_RETURN_IF_ERROR(RenameFile(path, deleted, calls_));
    RemoveTree(deleted, calls_);
  }
  return absl::OkStatus();
}

}  // namespace mica
