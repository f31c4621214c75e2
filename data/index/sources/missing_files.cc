#include "data/index/sources/missing_files.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/files/open_error.h"
#include "base/files/path.h"
#include "base/printable.h"
#include "data/index/sources/line_problems.h"
#include "data/index/sources/listed_path.h"

namespace mica {
namespace {

constexpr size_t kMaxAllLookedAt = 20000;
constexpr size_t kLookedAtInEachPlace = 100;
constexpr absl::string_view kEndings[] = {"", ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG", ".bmp", ".webp", ".ppm"};

// 0 if a regular file is there, else an errno.
int WhyUnusable(const std::string& path) {
  struct stat stats;
  if (stat(path.c_str(), &stats) != 0) return errno;
  if (S_ISDIR(stats.st_mode)) return EISDIR;
  return S_ISREG(stats.st_mode) ? 0 : EINVAL;
}

bool Exists(const std::string& path) {
  return WhyUnusable(path) == 0;
}

std::string Words(int why) {
  switch (why) {
    case ENOENT:
    case ENOTDIR:
      return "does not exist";
    case EISDIR:
      return "is a folder, not a file";
    case EINVAL:
      return "is no regular file";
  }
  return absl::StrCat("cannot be read: ", strerror(why));
}

std::vector<size_t> PlacesToLookAt(size_t files) {
  std::vector<size_t> places;
  const auto append = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) places.push_back(i);
  };
  if (files <= kMaxAllLookedAt) {
    append(0, files);
    return places;
  }
  append(0, kLookedAtInEachPlace);
  append(files / 2, files / 2 + kLookedAtInEachPlace);
  append(files - kLookedAtInEachPlace, files);
  return places;
}

// Of the folder's own, sorted, so that it is always the same one that is proposed.
std::vector<std::string> SubfoldersOf(const std::string& folder) {
  constexpr size_t kMaxEntries = 10000;
  constexpr size_t kMaxFolders = 200;
  std::vector<std::string> subfolders;
  std::error_code error;
  size_t entries = 0;
  const auto skip = std::filesystem::directory_options::skip_permission_denied;
  for (std::filesystem::directory_iterator entry(folder, skip, error), end; !error && entry != end && ++entries <= kMaxEntries;
       entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_directory(unknown)) subfolders.push_back(entry->path().string());
  }
  std::sort(subfolders.begin(), subfolders.end());
  subfolders.resize(std::min(subfolders.size(), kMaxFolders));
  return subfolders;
}

class MissingFiles {
 public:
  MissingFiles(const ListSettings& settings, absl::Span<const SampleFile> files, absl::Span<const int32_t> lines)
      : settings_(settings), files_(files), lines_(lines), list_folder_(FolderName(settings.list_path)) {
    root_ = settings.root_folder.empty() ? list_folder_ : settings.root_folder;
  }

  std::vector<std::string> Find() const {
    const std::vector<size_t> places = PlacesToLookAt(files_.size());
    LineProblems problems(settings_.list_path);
    size_t first = files_.size();
    for (const size_t place : places) {
      const int why = WhyUnusable(files_[place].path);
      if (why == 0) continue;
      first = std::min(first, place);
      problems.Add(lines_[place], [&] { return absl::StrCat(Printable(files_[place].path), " ", Words(why)); });
    }
    const auto looked_at = static_cast<int64_t>(places.size());
    std::vector<std::string> messages;
    if (problems.count() == 0) return messages;
    if (problems.count() == looked_at) return {AllMissing(problems, first, looked_at)};
    const int64_t missing = problems.count();
    problems.MoveTo(&messages);
    messages.push_back(absl::StrCat(Printable(settings_.list_path), ": ", missing, " of the ", looked_at,
                                    " files that were looked at do not exist; take their lines out, or add the files"));
    return messages;
  }

 private:
  std::string AllMissing(const LineProblems& problems, size_t first, int64_t looked_at) const {
    const std::string& path = files_[first].path;
    const int why = WhyUnusable(path);
    const std::string others = looked_at > 1 ? absl::StrCat("; so it is with all ", looked_at, " files that were looked at") : "";
    const std::string fix = Fix(files_[first]);
    return absl::StrCat(problems.Place(lines_[first]), ": ", Printable(path), " ", Words(why),
                        why == ENOENT ? Printable(WhatIsMissing(path)) : "", others, fix.empty() ? RootQuestion(files_[first]) : fix);
  }

  std::string RootQuestion(const SampleFile& file) const {
    if (!IsBelowRoot(file)) return "";
    if (settings_.root_folder.empty()) {
      return absl::StrCat("; paths are read from the list's own folder: is there another, for ", settings_.config_name,
                          " { root_folder: … }?");
    }
    return absl::StrCat("; is root_folder right? It is ", Printable(root_), ", the list's own folder is ", Printable(list_folder_));
  }

  bool IsBelowRoot(const SampleFile& file) const { return file.relative_begin == static_cast<int32_t>(FolderPrefix(root_).size()) + 1; }

  // A sentence that says what to set so that the file is found; "" if it is nowhere near.
  std::string Fix(const SampleFile& file) const {
    std::vector<std::string> roots = {FolderPrefix(root_)};
    std::string relative(file.relative_path());
    if (IsBelowRoot(file)) {
      roots.push_back(FolderPrefix(list_folder_));
      roots.push_back(FolderPrefix(FolderName(roots[0].empty() ? "/" : roots[0])));
      for (const std::string& folder : {root_, list_folder_}) {
        for (std::string& subfolder : SubfoldersOf(folder)) roots.push_back(std::move(subfolder));
      }
    } else {
      roots = {""};
    }
    const std::string written(absl::StripSuffix(relative, settings_.path_suffix));
    for (const std::string& root : roots) {
      for (const absl::string_view ending : kEndings) {
        const std::string found = absl::StrCat(root, "/", written, ending);
        if (found != file.path && Exists(found)) return Proposal(found, roots[0], root, ending);
      }
    }
    return "";
  }

  std::string Proposal(const std::string& found, const std::string& old_root, const std::string& root, absl::string_view ending) const {
    std::string set;
    if (root != old_root) absl::StrAppend(&set, "root_folder: \"", Printable(root.empty() ? "/" : root), "\" ");
    std::string then;
    if (ending != settings_.path_suffix) {
      if (settings_.has_path_suffix_field) {
        absl::StrAppend(&set, "path_suffix: ", ShownField(ending), " ");
      } else {
        then = absl::StrCat(set.empty() ? "" : ", and ", "write the paths in the list with ", ShownField(ending));
      }
    }
    return absl::StrCat("; but ", Printable(found),
                        " exists: ", set.empty() ? "" : absl::StrCat("set ", settings_.config_name, " { ", set, "}"), then);
  }

  const ListSettings& settings_;
  const absl::Span<const SampleFile> files_;
  const absl::Span<const int32_t> lines_;
  const std::string list_folder_;
  std::string root_;
};

}  // namespace

std::vector<std::string> FindMissingFiles(const ListSettings& settings, absl::Span<const SampleFile> files,
                                          absl::Span<const int32_t> lines) {
  return MissingFiles(settings, files, lines).Find();
}

}  // namespace mica
