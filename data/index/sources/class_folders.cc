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
  const std::string root = Printable(listing.root);  // "" for "/"
  return absl::StrCat(listing.ShownRoot(), ": its folders are splits (", Printable(listing.subfolders.front()),
                      listing.subfolders.size() > 1 ? ", …" : "",
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
  list.origin = listing.root.empty() ? "/" : listing.root;
  list.warnings = std::move(listing.warnings);
  list.problems = std::move(listing.problems);
  for (std::string& warning : LeftOutWarnings(listing)) list.warnings.push_back(std::move(warning));
  const std::vector<std::string>& classes = listing.subfolders;
  if (!classes.empty() && std::all_of(classes.begin(), classes.end(), IsSplitFolderName))
    list.problems.push_back(SplitFoldersProblem(listing));

  list.empty_class_remedy = "put its pictures there or remove its folder";
  LabelTable labels;
  for (const std::string& name : classes) labels.AddClass(name, absl::StrCat(listing.root, "/", name));
  const size_t relative_begin = listing.root.size() + 1;
  int64_t beside = 0;
  const size_t pictures = listing.PictureCount();
  list.files.reserve(pictures);
  list.records.reserve(pictures);
  for (ListedFolder& folder : listing.folders) {
    if (folder.path == listing.root) {
      beside = static_cast<int64_t>(folder.pictures.size());
      continue;
    }
    absl::string_view name = absl::string_view(folder.path).substr(relative_begin);
    name = name.substr(0, name.find('/'));
    for (std::string& path : folder.pictures) {
      ImageRecord& record = list.records.emplace_back();
      record.file = static_cast<int32_t>(list.files.size());
      record.label = labels.Add(name, [] { return std::string(); });
      SampleFile& file = list.files.emplace_back();
      file.path = std::move(path);
      file.relative_begin = static_cast<int32_t>(relative_begin);
    }
  }
  if (list.records.empty() && list.problems.empty()) {
    list.problems.push_back(beside == 0 ? NoPicturesProblem(listing)
                                        : absl::StrCat(listing.ShownRoot(), ": its ", beside,
                                                       " pictures lie in no class folder; move them into one "
                                                       "folder a class, or read labels from their names with file_names { … }"));
  } else if (beside > 0) {
    list.warnings.push_back(absl::StrCat(listing.ShownRoot(), ": left out ", beside, " pictures that lie beside the class folders"));
  }
  labels.MoveTo({SourceConfig::NAMES, /*offset=*/0, "class_folders"}, &list);
  return list;
}

}  // namespace mica
