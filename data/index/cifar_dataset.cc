#include "data/index/cifar_dataset.h"

#include <sys/stat.h>

#include <future>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/file_kind.h"
#include "base/files/input_file.h"
#include "base/fingerprint.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "data/index/cifar_folder.h"
#include "data/index/sources/label_table.h"

namespace mica {
namespace {

constexpr ImageShape kShape = {/*channels=*/3, /*height_px=*/32, /*width_px=*/32};

// How records are read: which of their labels counts, and what it may be.
struct RecordLayout {
  int label_bytes = 1;
  int label_byte = 0;  // from 0
  int classes = 10;
  const char* names_file = "batches.meta.txt";

  int64_t record_bytes() const { return label_bytes + kShape.values(); }
};

RecordLayout LayoutOf(CifarVersion version, bool is_coarse) {
  switch (version) {
    case CifarVersion::kCifar10:
      return {1, 0, 10, "batches.meta.txt"};
    case CifarVersion::kCifar100:
      return is_coarse ? RecordLayout{2, 0, 20, "coarse_label_names.txt"} : RecordLayout{2, 1, 100, "fine_label_names.txt"};
  }
  return {};
}

absl::Status Problem(const std::string& path, absl::string_view text) {
  return DataError(absl::StrCat(Printable(path), ": ", text));
}

absl::Status CheckSize(const InputFile& file, int64_t record_bytes) {
  constexpr int64_t kMaxBytes = int64_t{1} << 28;  // the largest file of CIFAR has 154 MB
  if (file.size() > kMaxBytes) return Problem(file.path(), absl::StrCat("has ", file.size(), " bytes; at most ", kMaxBytes, " are read"));
  if (file.size() > 0 && file.size() % record_bytes == 0) return absl::OkStatus();
  char start[kFileKindBytes];
  MICA_ASSIGN_OR_RETURN(const size_t got, file.ReadAt(0, start, sizeof(start)));
  const std::optional<FileKind> kind = WhatItLooksLike({start, got});
  const std::string what = kind.has_value() ? absl::StrCat("it ", kind->what, "; ", kind->remedy) : "copy or download the file again";
  return Problem(file.path(), absl::StrCat("has ", file.size(), " bytes, ", file.size() / record_bytes, " records of ", record_bytes,
                                           " and ", file.size() % record_bytes, " more; ", what));
}

absl::StatusOr<std::string> ReadBatch(const std::string& path, int64_t record_bytes) {
  try {
    InputFile file(path);
    MICA_RETURN_IF_ERROR(file.Open());
    MICA_RETURN_IF_ERROR(CheckSize(file, record_bytes));
    std::string bytes(file.size(), '\0');
    MICA_ASSIGN_OR_RETURN(const size_t got, file.Read(bytes.data(), bytes.size()));
    if (got < bytes.size()) return Problem(path, absl::StrCat("became shorter while it was read: ", got, " of ", bytes.size(), " bytes"));
    return bytes;
  } catch (const std::bad_alloc&) {
    return Problem(path, "not enough memory to read it; free memory or raise its limit (ulimit -v)");
  }
}

// Files of one split, in the order in which they are listed.
struct Batches {
  Split split;
  std::vector<std::string> paths;
  std::vector<std::future<absl::StatusOr<std::string>>> reading;
};

// If the system grants no thread, `get` does the work instead.
Batches StartReading(Split split, const std::vector<std::string>& paths, int64_t record_bytes) {
  Batches batches = {split, paths, {}};
  for (const std::string& path : paths) {
    batches.reading.push_back(std::async(std::launch::async | std::launch::deferred, ReadBatch, path, record_bytes));
  }
  return batches;
}

std::string NameProblem(absl::string_view name, const std::set<std::string>& earlier) {
  if (name.empty()) return "is empty";
  if (ValidUtf8Prefix(name) < name.size() || Printable(name) != name) return "is no plain text in UTF-8";
  return earlier.count(std::string(name)) > 0 ? absl::StrCat("is \"", name, "\" again") : "";
}

// One name a line; CIFAR's files end with an empty one.
absl::StatusOr<std::vector<std::string>> ReadNames(const std::string& path, int classes) {
  constexpr int64_t kMaxBytes = 1 << 16;
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxBytes));
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const absl::string_view line : absl::StrSplit(absl::StripTrailingAsciiWhitespace(text), '\n')) {
    const absl::string_view name = absl::StripAsciiWhitespace(line);
    const std::string problem = NameProblem(name, seen);
    if (!problem.empty()) {
      return DataError(absl::StrCat(Printable(path), ":", names.size() + 1, ": the class name ", problem, "; unpack the file again"));
    }
    names.emplace_back(name);
    seen.insert(names.back());
  }
  if (names.size() == static_cast<size_t>(classes)) return names;
  return Problem(path, absl::StrCat("has ", names.size(), " class names, but there are ", classes, " classes; unpack the file again"));
}

// The names of the classes, or why there are none.
void AddNames(const std::string& path, int classes, SampleList* list) {
  struct stat stats;
  if (stat(path.c_str(), &stats) != 0) {
    list->warnings.push_back(absl::StrCat(Printable(path), ": is missing, so classes are named by numbers"));
    return;
  }
  absl::StatusOr<std::vector<std::string>> names = ReadNames(path, classes);
  if (names.ok()) {
    list->number_names = *std::move(names);
  } else {
    list->problems.emplace_back(names.status().message());
  }
}

// Adds a record for each sample of a file. A label that cannot be is reported once a file.
void AddRecords(const RecordLayout& layout, const std::string& path, const std::string& bytes, LabelTable* labels, SampleList* list) {
  const int64_t samples = static_cast<int64_t>(bytes.size()) / layout.record_bytes();
  for (int64_t position = 0; position < samples; ++position) {
    const int64_t begin = position * layout.record_bytes();
    const int label = static_cast<uint8_t>(bytes[begin + layout.label_byte]);
    if (label >= layout.classes) {
      list->problems.push_back(absl::StrCat(Printable(path), ": label ", label, " at index ", position, "; allowed are 0 to ",
                                            layout.classes - 1, "; is it a file of this version?"));
      return;
    }
    ImageRecord& record = list->records.emplace_back();
    record.file = static_cast<int32_t>(list->files.size());
    record.position = static_cast<int32_t>(position);
    record.offset = begin + layout.label_bytes;
    record.length = kShape.values();
    record.label = labels->Add(absl::StrCat(label), [&] { return absl::StrCat(path, "#", position); });
  }
}

SampleList ListBatches(const RecordLayout& layout, Batches batches) {
  SampleList list;
  LabelTable labels;
  for (size_t i = 0; i < batches.paths.size(); ++i) {
    absl::StatusOr<std::string> bytes = batches.reading[i].get();
    if (!bytes.ok()) {
      list.problems.emplace_back(bytes.status().message());
      continue;
    }
    absl::StrAppend(&list.fingerprint_lines, FormatFingerprint(Fingerprint(*bytes)), " ", bytes->size(), "\n");
    AddRecords(layout, batches.paths[i], *bytes, &labels, &list);
    SampleFile& file = list.files.emplace_back();
    file.path = batches.paths[i];
    file.relative_begin = static_cast<int32_t>(file.path.rfind('/') + 1);
    file.raw = kShape;
    file.bytes = std::make_shared<const std::string>(*std::move(bytes));
  }
  labels.MoveTo({SourceConfig::NUMBERS, /*offset=*/0, "cifar"}, &list);
  list.begin_labels_at = nullptr;  // they always begin at 0
  list.empty_class_remedy = "the original has samples of each: unpack the files again";
  return list;
}

DatasetPart ProblemPart(absl::string_view problem) {
  DatasetPart part;
  part.samples.problems.emplace_back(problem);
  return part;
}

}  // namespace

void CifarDataset::Validate(absl::string_view path, ConfigProblems* problems) const {
  const std::string cifar = JoinPath(path, "cifar");
  if (config_.cifar().folder().empty()) {
    problems->Error(JoinPath(cifar, "folder"), "is required: the folder of the binary version of CIFAR-10 or CIFAR-100");
  }
  if (config_.cifar().labels() == CifarDatasetConfig::LABELS_UNSPECIFIED) {
    problems->Error(JoinPath(cifar, "labels"), "must be one of FINE, COARSE");
  }
}

std::vector<DatasetPart> CifarDataset::List() const {
  const absl::StatusOr<CifarFiles> files = FindCifarFiles(config_.cifar().folder());
  if (!files.ok()) return {ProblemPart(files.status().message())};
  const bool is_coarse = config_.cifar().labels() == CifarDatasetConfig::COARSE;
  if (is_coarse && files->version == CifarVersion::kCifar10) {
    return {ProblemPart(absl::StrCat(Printable(files->folder),
                                     ": holds CIFAR-10, which has no coarse labels; leave out dataset { cifar { labels: COARSE } }"))};
  }
  const RecordLayout layout = LayoutOf(files->version, is_coarse);
  Batches batches[] = {StartReading(Split::kTrain, files->train, layout.record_bytes()),
                       StartReading(Split::kTest, {files->test}, layout.record_bytes())};
  std::vector<DatasetPart> parts;
  for (Batches& of_split : batches) {
    DatasetPart& part = parts.emplace_back();
    part.split = of_split.split;
    part.is_pool = part.split == Split::kTrain;
    part.samples = ListBatches(layout, std::move(of_split));
    part.samples.origin = Origin();
    if (is_coarse) part.samples.fingerprint_lines += "coarse\n";
  }
  AddNames(absl::StrCat(files->folder, "/", layout.names_file), layout.classes, &parts[0].samples);
  return parts;
}

}  // namespace mica
