#include "data/index/sources/folder_walk.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <condition_variable>
#include <cstring>
#include <iterator>
#include <mutex>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/open_error.h"
#include "base/printable.h"
#include "data/index/sources/reserved_names.h"

namespace mica {
namespace {

constexpr absl::string_view kAccepted[] = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".ppm", ".pgm", ".pbm", ".pnm"};
constexpr absl::string_view kOtherPictures[] = {".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl",
                                                ".jp2", ".svg", ".psd",  ".ico",  ".apng", ".mpo"};

using FolderId = std::pair<dev_t, ino_t>;

struct Link {
  std::string path;
  FolderId target;
};

// What one folder holds directly.
struct FolderContent {
  std::string path;  // "" is "/"
  FolderId id = {0, 0};
  std::vector<std::string> pictures;  // absolute paths
  std::vector<std::string> folders;   // names
  std::vector<Link> links;            // to folders
  int64_t hidden = 0;
  std::set<std::string> hidden_names;
  std::map<std::string, int64_t> leftover;
  std::vector<std::string> problems;
};

constexpr size_t kMaxHiddenNames = 3;

std::string ShownFolder(const std::string& path) {
  return path.empty() ? "/" : Printable(path);
}

const char* KindOf(mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

std::string TargetOf(const std::string& link) {
  char target[PATH_MAX];
  const ssize_t size = readlink(link.c_str(), target, sizeof(target));
  return size < 0 ? "" : std::string(target, static_cast<size_t>(size));
}

// The names of one folder's pictures. They are sorted by eight bytes each from where they begin to
// differ: comparing their whole paths, which are mostly equal, takes several times as long.
class NameList {
 public:
  void Add(absl::string_view name) {
    if (begins_.empty()) common_ = name.size();
    begins_.push_back(text_.size());
    text_.append(name.data(), name.size() + 1);  // with the zero at its end
    common_ = std::min(common_, name.size());
    while (memcmp(text_.data(), name.data(), common_) != 0) --common_;
  }

  // "FOLDER/NAME", sorted by bytes.
  std::vector<std::string> SortedPaths(const std::string& folder) {
    std::vector<Name> names;
    names.reserve(begins_.size());
    for (const size_t begin : begins_) names.push_back({KeyOf(NameAt(begin).substr(common_)), begin});
    std::sort(names.begin(), names.end(),
              [this](const Name& a, const Name& b) { return a.key != b.key ? a.key < b.key : NameAt(a.begin) < NameAt(b.begin); });
    std::vector<std::string> paths;
    paths.reserve(names.size());
    for (const Name& name : names) paths.push_back(absl::StrCat(folder, "/", NameAt(name.begin)));
    return paths;
  }

 private:
  struct Name {
    uint64_t key;
    size_t begin;  // in the text
  };

  // Its first eight bytes as a number that is ordered as they are.
  static uint64_t KeyOf(absl::string_view text) {
    uint64_t key = 0;
    memcpy(&key, text.data(), std::min(text.size(), sizeof(key)));
    return be64toh(key);
  }

  absl::string_view NameAt(size_t begin) const { return text_.data() + begin; }

  std::string text_;  // each with a zero at its end
  std::vector<size_t> begins_;
  size_t common_ = 0;  // bytes at the front that all names share
};

// Reads one folder.
class FolderReader {
 public:
  explicit FolderReader(FolderContent* content) : content_(*content) {}

  // Opens it and finds out which it is. False: it cannot be read, and that is reported.
  bool Open() {
    folder_ = open(content_.path.empty() ? "/" : content_.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat stats;
    if (folder_ >= 0 && fstat(folder_, &stats) == 0) {
      content_.id = {stats.st_dev, stats.st_ino};
      return true;
    }
    content_.problems.push_back(
        absl::StrCat(ShownFolder(content_.path), ": folder cannot be read (", WhyNotOpened(content_.path, errno), ")"));
    return false;
  }

  ~FolderReader() {
    if (folder_ >= 0) close(folder_);
  }

  void ReadEntries() {
    alignas(dirent64) char entries[1 << 15];
    ssize_t size;
    while ((size = getdents64(folder_, entries, sizeof(entries))) > 0) AddEntries(entries, entries + size);
    if (size < 0) content_.problems.push_back(absl::StrCat(ShownFolder(content_.path), ": folder cannot be read (", strerror(errno), ")"));
    content_.pictures = pictures_.SortedPaths(content_.path);
    std::sort(content_.problems.begin(), content_.problems.end());
  }

 private:
  void AddEntries(const char* begin, const char* end) {
    while (begin < end) {
      const auto* const entry = reinterpret_cast<const dirent64*>(begin);
      const absl::string_view name = entry->d_name;
      if (name != "." && name != "..") AddEntry(name, entry->d_type);
      begin += entry->d_reclen;
    }
  }

  void AddEntry(absl::string_view name, unsigned char type) {
    if (IsHiddenName(name)) {
      ++content_.hidden;
      if (content_.hidden_names.size() < kMaxHiddenNames) content_.hidden_names.insert(std::string(name));
    } else if (type == DT_DIR) {
      content_.folders.emplace_back(name);
    } else if (type == DT_REG) {
      AddFile(name);
    } else {
      Examine(name);
    }
  }

  std::string PathOf(absl::string_view name) const { return absl::StrCat(content_.path, "/", name); }

  void AddFile(absl::string_view name) {
    if (IsPictureName(name)) {
      pictures_.Add(name);
    } else if (name != kClassNamesFile) {
      ++content_.leftover[ExtensionOf(name)];
    }
  }

  // A link, a special file, or an entry whose type the file system does not tell.
  void Examine(absl::string_view name) {
    struct stat own, target;
    const std::string entry(name);
    if (fstatat(folder_, entry.c_str(), &own, AT_SYMLINK_NOFOLLOW) != 0) return;  // it has just gone
    const bool is_link = S_ISLNK(own.st_mode);
    if (fstatat(folder_, entry.c_str(), &target, 0) != 0) return AddBrokenLink(name, errno);
    if (S_ISREG(target.st_mode)) return AddFile(name);
    if (!S_ISDIR(target.st_mode)) return AddSpecialFile(name, target.st_mode);
    if (!is_link) return content_.folders.push_back(entry);
    content_.links.push_back({PathOf(name), {target.st_dev, target.st_ino}});
  }

  // Without an extension it is probably a folder, perhaps a class, on a disk that is not there. A
  // file of another kind that goes nowhere is nobody's concern.
  void AddBrokenLink(absl::string_view name, int error) {
    if (!IsPictureName(name) && !ExtensionOf(name).empty()) return void(++content_.leftover[ExtensionOf(name)]);
    const std::string path = PathOf(name);
    content_.problems.push_back(absl::StrCat(Printable(path), ": link to \"", Printable(TargetOf(path)), "\" cannot be followed (",
                                             strerror(error), "); mend or remove it"));
  }

  void AddSpecialFile(absl::string_view name, mode_t mode) {
    if (!IsPictureName(name)) return void(++content_.leftover[ExtensionOf(name)]);
    content_.problems.push_back(absl::StrCat(Printable(PathOf(name)), ": is ", KindOf(mode), ", not a regular file; remove it"));
  }

  FolderContent& content_;
  NameList pictures_;
  int folder_ = -1;
};

// Part by part, so that what lies in the first of two folders comes before what lies in the other.
bool ComesFirst(absl::string_view a, absl::string_view b) {
  const auto rank = [](char letter) { return letter == '/' ? 0 : 1 + static_cast<unsigned char>(letter); };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return rank(x) < rank(y); });
}

// Reads a folder and all below with several threads. Each folder is read once, however it is
// reached.
class Walk {
 public:
  void ReadAllBelow(const std::string& path) {
    ++pass_;
    waiting_.push_back(path);
    unfinished_ = 1;
    std::vector<std::thread> workers = StartWorkers();
    Work();
    for (std::thread& worker : workers) worker.join();
  }

  // Links are followed one after another, in the order of their paths, so that which of two paths
  // to a folder counts does not depend on threads. All folders that need no link come first.
  void FollowLinks(std::vector<std::string>* warnings) {
    while (!links_.empty()) {
      const auto first = std::min_element(links_.begin(), links_.end(), [](const Link& a, const Link& b) { return a.path < b.path; });
      const Link link = *first;
      links_.erase(first);
      const auto known = seen_.find(link.target);
      if (known == seen_.end()) {
        ReadAllBelow(link.path);
      } else {
        warnings->push_back(absl::StrCat(Printable(link.path), ": link to the folder that is also ", ShownFolder(known->second.path),
                                         "; not listed again"));
      }
    }
  }

  // Sorted by their paths. Of the paths to a folder that bind mounts make, the first counts.
  std::vector<FolderContent> Contents(std::vector<std::string>* warnings) {
    std::sort(contents_.begin(), contents_.end(), [](const FolderContent& a, const FolderContent& b) { return a.path < b.path; });
    std::vector<FolderContent> contents;
    std::set<std::string> left_out;
    for (FolderContent& content : contents_) {
      const auto known = seen_.find(content.id);  // none: it could not be opened
      if (known == seen_.end() || known->second.path == content.path) {
        contents.push_back(std::move(content));
        continue;
      }
      left_out.insert(content.path);
      if (left_out.count(content.path.substr(0, content.path.rfind('/'))) > 0) continue;  // it says so
      warnings->push_back(absl::StrCat(Printable(content.path), ": is the folder ", ShownFolder(known->second.path), "; not listed again"));
    }
    return contents;
  }

 private:
  static constexpr unsigned kMaxThreads = 8;

  struct SeenFolder {
    std::string path;  // the first
    int pass = 0;
  };

  // As many as the system grants.
  std::vector<std::thread> StartWorkers() {
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1u, kMaxThreads);
    std::vector<std::thread> workers;
    workers.reserve(threads);
    try {
      while (workers.size() + 1 < threads) workers.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
    }
    return workers;
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !waiting_.empty() || unfinished_ == 0; });
      if (waiting_.empty()) return;
      FolderContent content;
      content.path = std::move(waiting_.back());
      waiting_.pop_back();
      lock.unlock();
      Read(&content);
      lock.lock();
      Take(std::move(content));
      changed_.notify_all();
    }
  }

  void Read(FolderContent* content) {
    FolderReader reader(content);
    if (reader.Open() && IsToBeRead(*content)) reader.ReadEntries();
  }

  // Not if an earlier pass has read it. Threads may reach the paths of one pass in any order, so
  // all of them are read.
  bool IsToBeRead(const FolderContent& content) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [known, is_new] = seen_.insert({content.id, {content.path, pass_}});
    if (known->second.pass != pass_) return false;
    if (ComesFirst(content.path, known->second.path)) known->second.path = content.path;
    return true;
  }

  void Take(FolderContent content) {
    for (const std::string& name : content.folders) waiting_.push_back(absl::StrCat(content.path, "/", name));
    unfinished_ += static_cast<int64_t>(content.folders.size()) - 1;
    links_.insert(links_.end(), content.links.begin(), content.links.end());
    contents_.push_back(std::move(content));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  int64_t unfinished_ = 0;  // folders that wait or are being read
  std::map<FolderId, SeenFolder> seen_;
  int pass_ = 0;  // one for the root, one for each link that is followed
  std::vector<Link> links_;
  std::vector<FolderContent> contents_;
};

std::string CountedExtensions(const std::map<std::string, int64_t>& counts) {
  std::vector<std::pair<std::string, int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr size_t kMaxShown = 5;
  std::vector<std::string> shown;
  for (const auto& [extension, count] : sorted) {
    if (shown.size() == kMaxShown) break;
    shown.push_back(absl::StrCat(extension.empty() ? "without extension" : Printable(extension), " (", count, ")"));
  }
  return absl::StrCat(absl::StrJoin(shown, ", "), sorted.size() > kMaxShown ? ", …" : "");
}

}  // namespace

size_t FolderListing::PictureCount() const {
  return std::accumulate(folders.begin(), folders.end(), size_t{0},
                         [](size_t count, const ListedFolder& folder) { return count + folder.pictures.size(); });
}

std::string FolderListing::ShownRoot() const {
  return ShownFolder(root);
}

FolderListing WalkFolder(const std::string& root) {
  FolderListing listing;
  listing.root = root;
  while (!listing.root.empty() && listing.root.back() == '/') listing.root.pop_back();
  Walk walk;
  walk.ReadAllBelow(listing.root);
  walk.FollowLinks(&listing.warnings);
  std::vector<FolderContent> contents = walk.Contents(&listing.warnings);
  std::set<std::string> hidden_names;
  for (FolderContent& content : contents) {
    if (content.path == listing.root) {
      listing.subfolders = content.folders;
      for (const Link& link : content.links) listing.subfolders.push_back(link.path.substr(listing.root.size() + 1));
    }
    std::move(content.problems.begin(), content.problems.end(), std::back_inserter(listing.problems));
    listing.hidden += content.hidden;
    hidden_names.insert(content.hidden_names.begin(), content.hidden_names.end());
    for (const auto& [extension, count] : content.leftover) listing.leftover[extension] += count;
    if (!content.pictures.empty()) listing.folders.push_back({std::move(content.path), std::move(content.pictures)});
  }
  std::sort(listing.subfolders.begin(), listing.subfolders.end());
  for (const std::string& name : hidden_names) {
    if (listing.hidden_names.size() < kMaxHiddenNames) listing.hidden_names.push_back(name);
  }
  return listing;
}

std::string ExtensionOf(absl::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == absl::string_view::npos || dot == 0 ? "" : absl::AsciiStrToLower(name.substr(dot));
}

bool IsPictureName(absl::string_view name) {
  const auto matches = [&](absl::string_view extension) { return absl::EndsWithIgnoreCase(name, extension); };
  return std::any_of(std::begin(kAccepted), std::end(kAccepted), matches) ||
         std::any_of(std::begin(kOtherPictures), std::end(kOtherPictures), matches);
}

std::string AcceptedExtensions() {
  return absl::StrJoin(kAccepted, ", ");
}

std::string NoPicturesProblem(const FolderListing& listing) {
  const std::string found =
      listing.leftover.empty() ? "it holds no files" : absl::StrCat("it holds files ", CountedExtensions(listing.leftover));
  return absl::StrCat(listing.ShownRoot(), ": no pictures; ", found, "; mica reads ", AcceptedExtensions());
}

std::vector<std::string> LeftOutWarnings(const FolderListing& listing) {
  std::vector<std::string> warnings;
  if (listing.hidden > 0) {
    warnings.push_back(absl::StrCat(listing.ShownRoot(), ": left out ", listing.hidden, " hidden or system entries (",
                                    Printable(absl::StrJoin(listing.hidden_names, ", ")),
                                    listing.hidden > static_cast<int64_t>(listing.hidden_names.size()) ? ", …" : "", ")"));
  }
  if (!listing.leftover.empty()) {
    warnings.push_back(absl::StrCat(listing.ShownRoot(), ": left out files that are no pictures: ", CountedExtensions(listing.leftover)));
  }
  return warnings;
}

}  // namespace mica
