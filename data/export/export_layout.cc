#include "data/export/export_layout.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "data/export/named_layouts.h"

namespace mica {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

// The source that reads one part, where a layout has parts.
std::string SourceOf(ExportLayout layout, const std::string& folder, const ExportPart& part) {
  const std::string path = absl::StrCat(folder, "/", part.name());
  switch (layout) {
    case ExportLayout::kClassFolders:
      return absl::StrCat("class_folders { folder: ", Quoted(folder), " }");
    case ExportLayout::kFileNames:
      return absl::StrCat("file_names { folder: ", Quoted(folder), " label_pattern: ", Quoted(kFileNamesPattern), " labels: NAMES }");
    case ExportLayout::kListFile:
      return absl::StrCat("list_file { list_file: ", Quoted(absl::StrCat(path, ".txt")),
                          part.is_labelled ? " labels: NUMBERS" : " labels: NONE", " }");
    case ExportLayout::kCsv:
      return absl::StrCat("csv { csv_file: ", Quoted(absl::StrCat(path, ".csv")), " path_column: \"path\"",
                          part.is_labelled ? " label_column: \"label\" labels: NAMES" : " labels: NONE", " }");
    case ExportLayout::kTarShards:
      return absl::StrCat("tar_shards { files: ", Quoted(absl::StrCat(path, "-*.tar")),
                          part.is_labelled ? " labels: NUMBERS" : " labels: NONE", " }");
  }
  return "";
}

bool HasParts(ExportLayout layout) {
  switch (layout) {
    case ExportLayout::kClassFolders:
    case ExportLayout::kFileNames:
      return false;
    case ExportLayout::kListFile:
    case ExportLayout::kCsv:
    case ExportLayout::kTarShards:
      return true;
  }
  return false;
}

// Where the part's source stands in the data set: training samples must have labels.
std::string FieldOf(const ExportPart& part) {
  const bool needs_labels = part.split == Split::kTrain || part.split == Split::kValidation;
  return std::string(SplitName(needs_labels && !part.is_labelled ? Split::kUnlabelled : part.split));
}

}  // namespace

bool TakesUnlabelled(ExportLayout layout) {
  return HasParts(layout);
}

std::string ExportPart::name() const {
  const bool says_so = is_labelled || split == Split::kUnlabelled;
  return absl::StrCat(SplitName(split), says_so ? "" : "_unlabelled");
}

std::vector<std::string> HowToRead(const HowToReadRequest& request) {
  const bool is_pool = !HasParts(request.layout) && request.parts.size() > 1;
  const auto is_training = [](const ExportPart& part) { return FieldOf(part) == "train"; };
  std::vector<std::string> lines = {"dataset {"};
  if (!request.class_names_file.empty()) {
    lines.push_back(absl::StrCat("  class_names_file: ", Quoted(absl::StrCat(request.folder, "/", request.class_names_file))));
  }
  if (is_pool) {
    lines.push_back(absl::StrCat("  # all splits together; --split=", SplitName(request.parts[0].split), " writes one alone"));
    lines.push_back(absl::StrCat("  pool { ", SourceOf(request.layout, request.folder, request.parts[0]), " }"));
  }
  if (!is_pool && std::none_of(request.parts.begin(), request.parts.end(), is_training)) {
    lines.emplace_back("  # train { … }: training samples, which are not among these");
  }
  for (const ExportPart& part : request.parts) {
    if (!is_pool) lines.push_back(absl::StrCat("  ", FieldOf(part), " { ", SourceOf(request.layout, request.folder, part), " }"));
  }
  if (request.has_empty_classes) lines.emplace_back("  allow_empty_class: true");
  lines.emplace_back("}");
  return lines;
}

}  // namespace mica
