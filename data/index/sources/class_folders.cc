#include "data/index/sources/class_folders.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/printable.h"
#include "data/index/sources/folder_walk.h"
#include "data/index/sources/label_table.h"
#include "data/index/sources/reserved_names.h"

namespace mica {
namespace {

std::string SplitFoldersProblem(const FolderListing& listing) {
  const std::string root = Printable(listing.root);
  return absl::StrCat(root, ": its folders are splits (", Printable(listing.subfolders.front()), listing.subfolders.size() > 1 ? ", …" : "",
                      "), not classes; give each split its own source: dataset { train { class_folders { folder: \"", root, "/",
                      Printable(listing.subfolders.back()), "\" } } … }");
}

}  // namespace

void ClassFolders::Validate(absl::string_view path, ConfigProblems* problems) const {
  if (config_.folder().empty()) problems->Error(JoinPath(path, "folder"), "is required: the folder that holds one folder a class");
}

SampleList ClassFolders::List() const {
  FolderListing listing = WalkFolder(config_.folder());
  SampleList list;
  list.origin = listing.root;
  list.warnings = std::move(listing.warnings);
  list.problems = std::move(listing.problems);
  for (std::string& warning : LeftOutWarnings(listing)) list.warnings.push_back(std::move(warning));
  const std::vector<std::string>& classes = listing.subfolders;
  if (!classes.empty() && std::all_of(classes.begin(), classes.end(), IsSplitFolderName))
    list.problems.push_back(SplitFoldersProblem(listing));

  LabelTable labels;
  for (const std::string& name : classes) labels.AddClass(name, absl::StrCat(listing.root, "/", name));
  const size_t relative_begin = listing.root.size() + 1;
  int64_t beside = 0;
  list.files.reserve(listing.pictures.size());
  list.records.reserve(listing.pictures.size());
  for (std::string& path : listing.pictures) {
    const size_t slash = path.find('/', relative_begin);
    if (slash == std::string::npos) {
      ++beside;
      continue;
    }
    ImageRecord record;
    record.file = static_cast<int32_t>(list.files.size());
    record.label = labels.Add(absl::string_view(path).substr(relative_begin, slash - relative_begin), [] { return std::string(); });
    list.records.push_back(record);
    SampleFile& file = list.files.emplace_back();
    file.path = std::move(path);
    file.relative_begin = static_cast<int32_t>(relative_begin);
  }
  if (list.records.empty() && list.problems.empty()) {
    list.problems.push_back(beside == 0 ? NoPicturesProblem(listing)
                                        : absl::StrCat(Printable(listing.root), ": its ", beside,
                                                       " pictures lie in no class folder; move them into one "
                                                       "folder a class, or read labels from their names with file_names { … }"));
  } else if (beside > 0) {
    list.warnings.push_back(absl::StrCat(Printable(listing.root), ": left out ", beside, " pictures that lie beside the class folders"));
  }
  labels.MoveTo({SourceConfig::NAMES, /*offset=*/0, "class_folders"}, &list);
  return list;
}

}  // namespace mica
