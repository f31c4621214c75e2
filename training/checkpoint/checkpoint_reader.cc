#include "training/checkpoint/checkpoint_reader.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/file_kind.h"
#include "base/files/path.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "training/checkpoint/checkpoint_name.h"

namespace mica {
namespace {

constexpr int64_t kMaxManifestBytes = 64 << 20;  // holds an experiment up to 1 MiB and class names
constexpr int64_t kMaxPointerBytes = 100;
constexpr char kManifest[] = "manifest.textproto";
constexpr char kChecksum[] = "# xxh3 ";

absl::StatusOr<std::string> Read(const std::string& path, int64_t max_bytes) {
  absl::StatusOr<std::string> bytes = ReadFile(path, max_bytes);
  if (bytes.ok()) return bytes;
  return CheckpointError(bytes.status().message());
}

// The manifest without its last line. That line is the checksum, which must be right.
absl::StatusOr<absl::string_view> Checked(absl::string_view text, const std::string& path) {
  const size_t last_line = text.size() < 2 ? absl::string_view::npos : text.rfind('\n', text.size() - 2);
  const size_t begin = last_line == absl::string_view::npos ? 0 : last_line + 1;
  absl::string_view expected = text.substr(begin);
  if (!absl::ConsumePrefix(&expected, kChecksum) || !absl::ConsumeSuffix(&expected, "\n") || expected.size() != 16) {
    return CheckpointError(absl::StrCat(path, ": its last line holds no checksum, so it is cut or was changed"));
  }
  const absl::string_view above = text.substr(0, begin);
  const std::string found = FormatFingerprint(Fingerprint(above));
  if (found == expected) return above;
  return CheckpointError(absl::StrCat(path, ": checksum differs (xxh3 ", found, " expected ", ShownName(expected), ")"));
}

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  // A field of a newer version; the format version tells whether it matters.
  void AddWarning(int, int, const std::string&) override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::StatusOr<CheckpointReport> Parse(absl::string_view text, const std::string& path) {
  CheckpointReport manifest;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(100);
  parser.AllowUnknownField(true);
  if (!parser.ParseFromString(std::string(text), &manifest)) return CheckpointError(absl::StrCat(path, ":", error.text()));
  if (manifest.format_version() >= 1 && manifest.format_version() <= kCheckpointFormat) return manifest;
  return CheckpointError(absl::StrCat(path, ": format_version is ", manifest.format_version(), ", this mica reads 1 to ", kCheckpointFormat,
                                      manifest.format_version() > kCheckpointFormat ? "; take a newer mica" : ""));
}

bool IsPlainName(absl::string_view name) {
  return IsPlainPathPart(name) && name != kManifest;
}

// Checks what the manifest says of itself and its files before any of them is opened.
absl::Status CheckManifest(const CheckpointReport& manifest, const std::string& path, absl::string_view folder_name) {
  const auto error = [&](absl::string_view problem) { return CheckpointError(absl::StrCat(path, ": ", problem)); };
  const std::optional<int64_t> step = StepOfCheckpoint(folder_name);
  if (step.has_value() && *step != manifest.step()) {
    return error(absl::StrCat("is of step ", manifest.step(), ", the folder is called ", folder_name));
  }
  std::set<std::string> names;
  for (const CheckpointFileReport& file : manifest.files()) {
    if (!IsPlainName(file.name()))
      return error(absl::StrCat("names a file \"", ShownName(file.name()), "\"; only plain names are allowed"));
    if (!names.insert(file.name()).second) return error(absl::StrCat("names ", ShownName(file.name()), " twice"));
    if (file.size_bytes() < 0) return error(absl::StrCat("gives ", ShownName(file.name()), " ", file.size_bytes(), " bytes"));
  }
  return names.count(kModelFile) > 0 ? absl::OkStatus() : error(absl::StrCat("names no ", kModelFile));
}

// Of a file that is not the one that was saved.
std::string WhatItIsInstead(absl::string_view bytes) {
  const std::optional<FileKind> kind = WhatItLooksLike(bytes);
  return kind.has_value() ? absl::StrCat("; it ", kind->what, "; ", kind->remedy) : "";
}

absl::StatusOr<std::string> ReadListedFile(const std::string& folder, const CheckpointFileReport& file) {
  const std::string path = absl::StrCat(folder, "/", file.name());
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size != static_cast<uintmax_t>(file.size_bytes())) {
    constexpr uintmax_t kMaxRead = 1 << 20;  // pointers and pages are shorter
    const absl::StatusOr<std::string> bytes = size <= kMaxRead ? Read(path, kMaxRead) : "";
    return CheckpointError(absl::StrCat(path, ": ", size, " of ", file.size_bytes(), " bytes", bytes.ok() ? WhatItIsInstead(*bytes) : ""));
  }
  MICA_ASSIGN_OR_RETURN(std::string bytes, Read(path, file.size_bytes()));
  const std::string found = FormatFingerprint(Fingerprint(bytes));
  if (found == file.fingerprint()) return bytes;
  return CheckpointError(
      absl::StrCat(path, ": checksum differs (xxh3 ", found, " expected ", ShownName(file.fingerprint()), ")", WhatItIsInstead(bytes)));
}

// The folders and leftovers in checkpoints/.
struct Listing {
  std::vector<int64_t> steps;           // newest first
  std::vector<std::string> incomplete;  // "step-000000024.tmp"
};

Listing List(const std::string& checkpoints) {
  Listing listing;
  std::error_code error;
  std::filesystem::directory_iterator entry(checkpoints, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const auto step = StepOfCheckpoint(name)) listing.steps.push_back(*step);
    if (absl::EndsWith(name, ".tmp") && StepOfCheckpoint(absl::StripSuffix(name, ".tmp"))) listing.incomplete.push_back(name);
  }
  std::sort(listing.steps.rbegin(), listing.steps.rend());
  std::sort(listing.incomplete.begin(), listing.incomplete.end());
  return listing;
}

std::string Incomplete(const Listing& listing) {
  return listing.incomplete.empty() ? "" : absl::StrCat("; incomplete: ", absl::StrJoin(listing.incomplete, ", "));
}

absl::Status NoneError(const std::string& checkpoints, const Listing& listing) {
  std::error_code error;
  if (!std::filesystem::is_directory(checkpoints, error))
    return CheckpointError(absl::StrCat(checkpoints, ": no such folder; the run has saved no checkpoint yet, or they were removed"));
  return CheckpointError(absl::StrCat(checkpoints, ": holds no checkpoint", Incomplete(listing)));
}

std::string InFolder(const std::string& checkpoints, int64_t step) {
  return absl::StrCat(checkpoints, "/", CheckpointName(step));
}

absl::StatusOr<FoundCheckpoint> FindNewest(const std::string& checkpoints) {
  const Listing listing = List(checkpoints);
  if (listing.steps.empty()) return NoneError(checkpoints, listing);
  FoundCheckpoint found;
  for (const std::string& name : listing.incomplete) {
    if (StepOfCheckpoint(absl::StripSuffix(name, ".tmp")) <= listing.steps.front()) continue;
    found.warnings.push_back(absl::StrCat(checkpoints, "/", name, ": incomplete, passed over"));
  }
  std::vector<std::string> reasons;
  for (const int64_t step : listing.steps) {
    absl::StatusOr<Checkpoint> checkpoint = ReadCheckpoint(InFolder(checkpoints, step));
    if (checkpoint.ok()) {
      for (const std::string& reason : reasons)
        found.warnings.push_back(absl::StrCat(reason, "; ", CheckpointName(step), " is used instead"));
      found.checkpoint = *std::move(checkpoint);
      return found;
    }
    reasons.emplace_back(checkpoint.status().message());
  }
  return CheckpointError(absl::StrCat(absl::StrJoin(reasons, "\n"), "\n", checkpoints, ": no checkpoint is complete", Incomplete(listing)));
}

// The step that the user asks for.
absl::StatusOr<int64_t> StepOfWord(const std::string& word) {
  int64_t number = 0;
  if (const auto step = StepOfCheckpoint(word)) return *step;
  if (!word.empty() && std::all_of(word.begin(), word.end(), absl::ascii_isdigit) && absl::SimpleAtoi(word, &number)) return number;
  return CheckpointError(
      absl::StrCat("\"", ShownName(word), "\" names no checkpoint; expected best, latest or a step: step-000001875, 1875"));
}

// The step that the file `best` names.
absl::StatusOr<int64_t> BestStep(const std::string& checkpoints) {
  const std::string path = absl::StrCat(checkpoints, "/best");
  MICA_ASSIGN_OR_RETURN(const std::string text, Read(path, kMaxPointerBytes));
  if (const auto step = StepOfCheckpoint(absl::StripAsciiWhitespace(text))) return *step;
  return CheckpointError(absl::StrCat(path, ": holds \"", ShownName(text), "\", expected the name of a checkpoint"));
}

// The checkpoints that could be asked for instead. Reads them all, so call it only for an error.
std::string WholeOnes(const std::string& checkpoints, std::optional<int64_t> but, absl::string_view how_to_ask) {
  const Listing listing = List(checkpoints);
  std::vector<std::string> whole;
  for (const int64_t step : listing.steps) {
    if (step != but && ReadCheckpoint(InFolder(checkpoints, step)).ok()) whole.push_back(CheckpointName(step));
  }
  if (whole.empty())
    return absl::StrCat(but.has_value() ? "no other checkpoint is complete" : "no checkpoint is complete", Incomplete(listing));
  return absl::StrCat("complete checkpoints: ", absl::StrJoin(whole, ", "), Incomplete(listing), how_to_ask);
}

}  // namespace

absl::StatusOr<Checkpoint> ReadCheckpoint(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return CheckpointError(absl::StrCat(folder, ": no such checkpoint"));
  Checkpoint checkpoint;
  checkpoint.name = BaseName(folder);
  const std::string manifest_path = absl::StrCat(folder, "/", kManifest);
  MICA_ASSIGN_OR_RETURN(const std::string text, Read(manifest_path, kMaxManifestBytes));
  MICA_ASSIGN_OR_RETURN(const absl::string_view checked, Checked(text, manifest_path));
  MICA_ASSIGN_OR_RETURN(checkpoint.manifest, Parse(checked, manifest_path));
  MICA_RETURN_IF_ERROR(CheckManifest(checkpoint.manifest, manifest_path, checkpoint.name));
  for (const CheckpointFileReport& file : checkpoint.manifest.files()) {
    MICA_ASSIGN_OR_RETURN(std::string bytes, ReadListedFile(folder, file));
    const std::string path = absl::StrCat(folder, "/", file.name());
    if (file.name() == kModelFile) checkpoint.fingerprint = file.fingerprint();
    if (!absl::EndsWith(file.name(), ".safetensors")) continue;
    MICA_ASSIGN_OR_RETURN(checkpoint.files[file.name()], DecodeStoredArrays(path, std::move(bytes)));
  }
  return checkpoint;
}

absl::StatusOr<FoundCheckpoint> FindCheckpoint(const std::string& checkpoints, const std::string& wanted, absl::string_view how_to_ask) {
  if (wanted == "latest") return FindNewest(checkpoints);
  const absl::StatusOr<int64_t> step = wanted == "best" ? BestStep(checkpoints) : StepOfWord(wanted);
  if (!step.ok()) return CheckpointError(absl::StrCat(step.status().message(), "; ", WholeOnes(checkpoints, std::nullopt, how_to_ask)));
  absl::StatusOr<Checkpoint> checkpoint = ReadCheckpoint(InFolder(checkpoints, *step));
  if (!checkpoint.ok())
    return CheckpointError(absl::StrCat(checkpoint.status().message(), "; ", WholeOnes(checkpoints, *step, how_to_ask)));
  FoundCheckpoint found;
  found.checkpoint = *std::move(checkpoint);
  return found;
}

absl::Status RequireSameClasses(const Checkpoint& checkpoint, const std::vector<std::string>& class_names) {
  const auto& own = checkpoint.manifest.class_names();
  const auto error = [&](absl::string_view difference) {
    return CheckpointError(
        absl::StrCat(FolderName(checkpoint.model().path), ": the checkpoint has other classes than the data: ", difference));
  };
  if (own.size() != static_cast<int>(class_names.size())) return error(absl::StrCat(own.size(), " there, ", class_names.size(), " here"));
  for (int i = 0; i < own.size(); ++i) {
    if (own[i] == class_names[i]) continue;
    return error(absl::StrCat("class ", i, " is \"", ShownName(own[i]), "\" there, \"", ShownName(class_names[i]), "\" here"));
  }
  return absl::OkStatus();
}

}  // namespace mica
