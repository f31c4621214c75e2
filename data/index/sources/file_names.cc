#include "data/index/sources/file_names.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/printable.h"
#include "data/index/sources/folder_walk.h"
#include "data/index/sources/group_pattern.h"
#include "data/index/sources/label_table.h"

namespace mica {
namespace {

absl::string_view NameOf(const std::string& path) {
  return absl::string_view(path).substr(path.rfind('/') + 1);
}

// All pictures of the folder, without labels.
SampleList ListPictures(const std::string& folder) {
  FolderListing listing = WalkFolder(folder);
  SampleList list;
  list.origin = listing.root.empty() ? "/" : listing.root;
  list.warnings = std::move(listing.warnings);
  list.problems = std::move(listing.problems);
  for (std::string& warning : LeftOutWarnings(listing)) list.warnings.push_back(std::move(warning));
  const size_t pictures = listing.PictureCount();
  if (pictures == 0 && list.problems.empty()) list.problems.push_back(NoPicturesProblem(listing));
  list.files.reserve(pictures);
  list.records.reserve(pictures);
  for (ListedFolder& folder : listing.folders) {
    for (std::string& path : folder.pictures) {
      list.records.emplace_back().file = static_cast<int32_t>(list.files.size());
      SampleFile& file = list.files.emplace_back();
      file.path = std::move(path);
      file.relative_begin = static_cast<int32_t>(listing.root.size() + 1);
    }
  }
  return list;
}

// What would make of every picture's label the same thing, or of none a label.
std::string UnmatchedProblem(const SampleList& list, const std::vector<std::string>& examples, int64_t unmatched,
                             const std::string& pattern) {
  const auto files = static_cast<int64_t>(list.files.size());
  return absl::StrCat(Printable(list.origin), ": label_pattern \"", Printable(pattern), "\" matches ",
                      unmatched == files ? "none" : absl::StrCat(files - unmatched), " of the ", files, " file names: not ",
                      absl::StrJoin(examples, ", "), unmatched > static_cast<int64_t>(examples.size()) ? ", …" : "",
                      "; correct it, or set file_names { unmatched: UNLABELLED }");
}

}  // namespace

void FileNames::Validate(absl::string_view path, ConfigProblems* problems) const {
  if (config_.folder().empty()) problems->Error(JoinPath(path, "folder"), "is required: the folder of the pictures");
  if (config_.label_pattern().empty()) {
    problems->Error(JoinPath(path, "label_pattern"), "is required: a regular expression whose group is the label, as \"^(cat|dog)\\\\.\"");
  } else if (const std::string problem = GroupPattern(config_.label_pattern()).Problem(); !problem.empty()) {
    problems->Error(JoinPath(path, "label_pattern"), problem);
  }
  if (config_.labels() == SourceConfig::NONE)
    problems->Error(JoinPath(path, "labels"), "cannot be NONE here; use pictures { folder: … } instead");
  if (config_.labels() == SourceConfig::LABELS_UNSPECIFIED) problems->Error(JoinPath(path, "labels"), "must be AUTO, NAMES or NUMBERS");
  if (config_.unmatched() == FileNamesConfig::UNMATCHED_UNSPECIFIED)
    problems->Error(JoinPath(path, "unmatched"), "must be REFUSED or UNLABELLED");
  ValidateLabelOffset(config_.label_offset(), path, problems);
}

SampleList FileNames::List() const {
  SampleList list = ListPictures(config_.folder());
  const GroupPattern pattern(config_.label_pattern());
  LabelTable labels;
  constexpr size_t kMaxExamples = 3;
  std::vector<std::string> examples;
  int64_t unmatched = 0;
  for (ImageRecord& record : list.records) {
    const std::string& path = list.files[record.file].path;
    const auto label = pattern.Find(NameOf(path));
    if (label.has_value() && !label->empty()) {
      record.label = labels.Add(*label, [&] { return path; });
    } else {
      ++unmatched;
      if (examples.size() < kMaxExamples) examples.push_back(absl::StrCat("\"", Printable(NameOf(path)), "\""));
    }
  }
  if (unmatched > 0 && (config_.unmatched() != FileNamesConfig::UNLABELLED || unmatched == static_cast<int64_t>(list.records.size()))) {
    list.problems.push_back(UnmatchedProblem(list, examples, unmatched, config_.label_pattern()));
  }
  labels.MoveTo({config_.labels(), config_.label_offset(), "file_names"}, &list);
  return list;
}

void Pictures::Validate(absl::string_view path, ConfigProblems* problems) const {
  if (config_.folder().empty()) problems->Error(JoinPath(path, "folder"), "is required: the folder of the pictures");
}

SampleList Pictures::List() const {
  return ListPictures(config_.folder());
}

}  // namespace mica
