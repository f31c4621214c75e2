#include "data/index/named_pictures.h"

#include <sys/stat.h>

#include <filesystem>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/sources/folder_walk.h"
#include "data/index/sources/list_text.h"

namespace mica {
namespace {

bool IsFolder(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) == 0 && S_ISDIR(stats.st_mode);
}

class Lister {
 public:
  explicit Lister(ClassMap classes) { named_.index.classes = std::move(classes); }

  void AddFile(const std::string& path) { Add(path, path.rfind('/') + 1); }

  void AddFolder(const std::string& folder) {
    const FolderListing listing = WalkFolder(folder);
    Append(listing.problems, &named_.problems);
    Append(listing.warnings, &named_.warnings);
    Append(LeftOutWarnings(listing), &named_.warnings);
    if (listing.PictureCount() == 0 && listing.problems.empty()) named_.problems.push_back(NoPicturesProblem(listing));
    for (const ListedFolder& below : listing.folders) {
      for (const std::string& path : below.pictures) Add(path, listing.root.size() + 1);
    }
  }

  NamedPictures Finish() {
    if (again_ > 0)
      named_.warnings.push_back(absl::StrCat(again_, again_ == 1 ? " picture is" : " pictures are", " named twice and taken once"));
    return std::move(named_);
  }

 private:
  static void Append(const std::vector<std::string>& lines, std::vector<std::string>* all) {
    all->insert(all->end(), lines.begin(), lines.end());
  }

  void Add(const std::string& path, size_t relative_begin) {
    if (!seen_.insert(path).second) return void(++again_);
    ImageRecord& record = named_.index.records.emplace_back();
    record.id = static_cast<int64_t>(named_.index.records.size()) - 1;
    record.file = static_cast<int32_t>(named_.index.files.size());
    record.split = Split::kUnlabelled;
    SampleFile& file = named_.index.files.emplace_back();
    file.path = path;
    file.relative_begin = static_cast<int32_t>(relative_begin);
  }

  NamedPictures named_;
  std::unordered_set<std::string> seen_;
  int64_t again_ = 0;
};

}  // namespace

NamedPictures ListNamedPictures(absl::Span<const std::string> paths, ClassMap classes) {
  Lister lister(std::move(classes));
  for (const std::string& path : paths) {
    if (IsFolder(path)) {
      lister.AddFolder(path);
    } else {
      lister.AddFile(path);
    }
  }
  return lister.Finish();
}

absl::StatusOr<std::vector<std::string>> ReadPathList(const std::string& list) {
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadListText(list));
  const std::string folder = list.substr(0, list.rfind('/'));
  std::vector<std::string> paths;
  for (absl::string_view line : absl::StrSplit(absl::StripPrefix(text, "\xef\xbb\xbf"), '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const std::string path = absl::StartsWith(line, "/") ? std::string(line) : absl::StrCat(folder, "/", line);
    paths.push_back(std::filesystem::path(path).lexically_normal().string());
  }
  if (paths.empty()) return DataError(absl::StrCat(Printable(list), ": names no picture; write the path of one in each line"));
  return paths;
}

}  // namespace mica
