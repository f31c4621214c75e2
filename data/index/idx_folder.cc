#include "data/index/idx_folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr char kHowToGetFashionMnist[] =
    "\n  to get Fashion-MNIST: on Debian or Ubuntu `apt-get install dataset-fashion-mnist`; elsewhere download its four .gz files from the "
    "project page, github.com/zalandoresearch/fashion-mnist, and set dataset { idx { folder: \"…\" } }";

constexpr char kWhichFiles[] = "\n  docs/file_formats.md, IDX data sets, shows which files belong there";

// What to do about a folder or a file in it.
std::string HowToGetData(absl::string_view path) {
  const std::string usual = IdxDatasetConfig().folder();
  return path == usual || absl::StartsWith(path, usual + "/") ? kHowToGetFashionMnist : kWhichFiles;
}

// Names of the folder's entries, sorted; empty if it may not be listed.
std::vector<std::string> ListFolder(const std::string& folder) {
  std::vector<std::string> names;
  DIR* const stream = opendir(folder.c_str());
  if (stream == nullptr) return names;
  while (const dirent* entry = readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

// The folders below, those of the first level first. Folders with many entries are passed over: no
// data set looks so, and listing them all takes long.
std::vector<std::string> FoldersBelow(const std::string& folder, int levels) {
  constexpr size_t kMaxEntries = 100;
  std::vector<std::string> below;
  const std::vector<std::string> entries = ListFolder(folder);
  if (levels == 0 || entries.size() > kMaxEntries) return below;
  for (const std::string& entry : entries) {
    struct stat stats;
    std::string path = absl::StrCat(folder, "/", entry);
    if (stat(path.c_str(), &stats) == 0 && S_ISDIR(stats.st_mode)) below.push_back(std::move(path));
  }
  const size_t first_level = below.size();
  for (size_t i = 0; i < first_level; ++i) {
    const std::vector<std::string> deeper = FoldersBelow(below[i], levels - 1);
    below.insert(below.end(), deeper.begin(), deeper.end());
  }
  return below;
}

absl::Status CheckFolder(const std::string& folder) {
  struct stat stats;
  if (stat(folder.c_str(), &stats) != 0) return DataError(IdxFolderProblem(folder, errno));
  if (!S_ISDIR(stats.st_mode)) return DataError(IdxFolderProblem(folder, ENOTDIR));
  if (access(folder.c_str(), X_OK) != 0) return DataError(IdxFolderProblem(folder, errno));
  return absl::OkStatus();
}

class FileFinder {
 public:
  explicit FileFinder(std::string folder) : folder_(std::move(folder)) {}

  // The path of the file under its name or with ".gz". If neither exists, returns "" and remembers
  // the file as missing.
  std::string Find(const std::string& name) {
    std::vector<std::string> refused;
    for (const absl::string_view ending : {"", ".gz"}) {
      const std::string path = absl::StrCat(folder_, "/", name, ending);
      const std::string refusal = WhyNotUsable(path);
      if (refusal.empty()) {
        found_.insert(absl::StrCat(name, ending));
        return path;
      }
      if (refusal != kMissing) refused.push_back(refusal);
    }
    // A folder or a broken link of the one name does not matter where the other is a file.
    if (refused.empty()) missing_.push_back(name);
    problems_.insert(problems_.end(), refused.begin(), refused.end());
    return "";
  }

  absl::Status Result() const {
    if (!problems_.empty()) return DataError(absl::StrJoin(problems_, "\n"));
    if (missing_.empty()) return absl::OkStatus();
    return DataError(absl::StrCat(folder_, ": lacks ", absl::StrJoin(missing_, ", "), " (looked for each of them plain and with .gz); ",
                                  WhatIsThere(), Remedy()));
  }

 private:
  static constexpr char kMissing[] = "missing";

  // "" if it is a file, or may be one.
  static std::string WhyNotUsable(const std::string& path) {
    struct stat stats;
    if (stat(path.c_str(), &stats) == 0) return S_ISDIR(stats.st_mode) ? FolderInPlaceOfFile(path) : "";
    if (errno != ENOENT) return IdxFolderProblem(path, errno);
    if (lstat(path.c_str(), &stats) != 0) return kMissing;
    return absl::StrCat(path, ": ", WhyNotOpened(path, ENOENT), "; mend the link or put the file in its place");
  }

  // Some programs unpack x.gz into a folder x.
  static std::string FolderInPlaceOfFile(const std::string& path) {
    const std::vector<std::string> entries = ListFolder(path);
    const std::string inside =
        entries.size() == 1 ? absl::StrCat(" (it holds ", absl::Utf8SafeCEscape(entries[0]), ": is that the file?)") : "";
    return absl::StrCat(path, ": is a folder, expected a file", inside, "; move the file here or name it in dataset { idx { … } }");
  }

  // The folder at most two levels below that has the first of the files that are missing, or "".
  std::string FolderWithFiles() const {
    for (const std::string& below : FoldersBelow(folder_, /*levels=*/2)) {
      for (const absl::string_view ending : {"", ".gz"}) {
        struct stat stats;
        const std::string path = absl::StrCat(below, "/", missing_[0], ending);
        if (stat(path.c_str(), &stats) == 0 && S_ISREG(stats.st_mode)) return below;
      }
    }
    return "";
  }

  std::string WhatIsThere() const {
    const std::vector<std::string> entries = ListFolder(folder_);
    if (entries.empty()) return "the folder is empty";
    // Python's torchvision keeps them in ROOT/FashionMNIST/raw.
    if (const std::string below = FolderWithFiles(); !below.empty()) {
      return absl::StrCat("they are in ", below, ": set dataset { idx { folder: \"", absl::Utf8SafeCEscape(below), "\" } }");
    }
    std::vector<std::string> near;
    for (const std::string& entry : entries) {
      if (found_.count(entry) == 0 && NearestName(entry, missing_).has_value()) near.push_back(absl::Utf8SafeCEscape(entry));
    }
    if (near.empty()) return absl::StrCat("nothing there has a similar name (entries: ", entries.size(), ")");
    return absl::StrCat("similar names there: ", absl::StrJoin(near, ", "), "; rename them or name them in dataset { idx { … } }");
  }

  // If there are training files, the data is there, and only its test split may be missing.
  std::string Remedy() const {
    if (!FolderWithFiles().empty()) return "";
    if (found_.empty()) return HowToGetData(folder_);
    return "\n  data without a test split: test_images: \"\" test_labels: \"\" in dataset { idx { … } }";
  }

  const std::string folder_;
  std::set<std::string> found_;
  std::vector<std::string> missing_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string IdxFolderProblem(const std::string& path, int error_number) {
  switch (error_number) {
    case ENOENT:
      return absl::StrCat(path, ": no such folder", WhatIsMissing(path), "; it should hold the IDX files of the data set",
                          HowToGetData(path));
    case ENOTDIR:
      return absl::StrCat(path, ": is a file or lies below one, expected the folder of the IDX files", HowToGetData(path));
    case EACCES:
    case EPERM:
      return absl::StrCat(path, ": no permission to read it (", strerror(error_number),
                          "); change its rights or those of the folders above (chmod)", HowToGetData(path));
    default:
      return absl::StrCat(path, ": cannot be read (", strerror(error_number), "); expected the folder of the IDX files",
                          HowToGetData(path));
  }
}

absl::StatusOr<IdxPaths> FindIdxFiles(const IdxDatasetConfig& config) {
  MICA_RETURN_IF_ERROR(CheckFolder(config.folder()));
  FileFinder finder(config.folder());
  IdxPaths paths;
  paths.train_images = finder.Find(config.train_images());
  paths.train_labels = finder.Find(config.train_labels());
  const bool has_test = !config.test_images().empty() || !config.test_labels().empty();
  if (has_test) {
    paths.test_images = finder.Find(config.test_images());
    paths.test_labels = finder.Find(config.test_labels());
  }
  MICA_RETURN_IF_ERROR(finder.Result());
  return paths;
}

}  // namespace mica
