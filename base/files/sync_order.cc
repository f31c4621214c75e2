#include "base/files/sync_order.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

std::string FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

bool IsIn(absl::string_view path, absl::string_view folder) {
  return path == folder || absl::StartsWith(path, absl::StrCat(folder, "/"));
}

// What may lack its end after a power cut.
bool MayBeLost(const std::string& path) {
  return absl::EndsWith(path, "/log.txt") || absl::StrContains(path, "/events.out.tfevents.");
}

bool Grows(const std::string& path) {
  return absl::EndsWith(path, "/metrics.csv") || MayBeLost(path);
}

// A temporary file, or anything in a folder that is not published yet.
bool IsTemporary(const std::string& path) {
  return absl::StrContains(path, ".tmp");
}

// Follows the calls and keeps what is not on the disk yet.
class SyncOrder {
 public:
  explicit SyncOrder(absl::string_view folder) : folder_(folder) {}

  void Follow(const FileCallRecord& call);
  std::vector<std::string> ProblemsInTheEnd();

 private:
  void Create(const std::string& path, absl::string_view call);
  void Sync(const std::string& path);
  void SyncAll();
  void Rename(const std::string& from, const std::string& to);
  void Remove(const std::string& path);
  void ExpectNoUnsyncedRename(absl::string_view before);
  void Complain(const std::string& problem) { problems_.push_back(problem); }

  const std::string folder_;
  std::set<std::string> unsynced_bytes_;    // of files
  std::set<std::string> unsynced_names_;    // of files and folders: their folder was not synced since
  std::set<std::string> unsynced_renames_;  // those of them that a rename made
  std::vector<std::string> problems_;
};

void SyncOrder::Follow(const FileCallRecord& call) {
  if (!call.ok || !(IsIn(call.path, folder_) || IsIn(call.new_path, folder_))) return;
  switch (call.call) {
    case FileCall::kOpen:
      if (!call.creates) return;
      Create(call.path, "open");
      unsynced_bytes_.insert(call.path);
      if (!IsTemporary(call.path) && !Grows(call.path)) Complain(absl::StrCat(call.path, " was opened for writing at its final name"));
      return;
    case FileCall::kMkdir:
      return Create(call.path, "mkdir");
    case FileCall::kWrite:
      unsynced_bytes_.insert(call.path);
      return;
    case FileCall::kFsync:
      return Sync(call.path);
    case FileCall::kSyncfs:
      return SyncAll();
    case FileCall::kRename:
    case FileCall::kExchange:
      return Rename(call.path, call.new_path);
    case FileCall::kUnlink:
    case FileCall::kRmdir:
      return Remove(call.path);
    case FileCall::kClose:
    case FileCall::kOpenToRead:
    case FileCall::kRead:
    case FileCall::kList:
      return;
  }
}

void SyncOrder::Sync(const std::string& path) {
  unsynced_bytes_.erase(path);
  for (std::set<std::string>* names : {&unsynced_names_, &unsynced_renames_}) {
    for (auto name = names->begin(); name != names->end();) name = FolderOf(*name) == path ? names->erase(name) : std::next(name);
  }
}

void SyncOrder::SyncAll() {
  unsynced_bytes_.clear();
  unsynced_names_.clear();
  unsynced_renames_.clear();
}

void SyncOrder::Create(const std::string& path, absl::string_view call) {
  ExpectNoUnsyncedRename(absl::StrCat(call, " of ", path));
  unsynced_names_.insert(path);
}

void SyncOrder::Rename(const std::string& from, const std::string& to) {
  ExpectNoUnsyncedRename(absl::StrCat("rename of ", from));
  const bool is_removal = absl::EndsWith(to, ".del") || absl::StrContains(to, ".old.");
  if (!is_removal) {
    for (const std::string& path : unsynced_bytes_) {
      if (IsIn(path, from)) Complain(absl::StrCat(to, " got its name before the bytes of ", path, " were synced"));
    }
    for (const std::string& path : unsynced_names_) {
      if (path != from && IsIn(path, from)) Complain(absl::StrCat(to, " got its name before the name of ", path, " was synced"));
    }
  }
  Remove(from);
  if (is_removal) return;
  unsynced_names_.insert(to);
  unsynced_renames_.insert(to);
}

void SyncOrder::Remove(const std::string& path) {
  for (std::set<std::string>* paths : {&unsynced_bytes_, &unsynced_names_, &unsynced_renames_}) {
    for (auto entry = paths->begin(); entry != paths->end();) entry = IsIn(*entry, path) ? paths->erase(entry) : std::next(entry);
  }
}

void SyncOrder::ExpectNoUnsyncedRename(absl::string_view before) {
  for (const std::string& path : unsynced_renames_)
    Complain(absl::StrCat(path, " was renamed, but its folder not synced before the ", before));
}

std::vector<std::string> SyncOrder::ProblemsInTheEnd() {
  for (const std::string& path : unsynced_bytes_) {
    if (!MayBeLost(path)) Complain(absl::StrCat("the bytes of ", path, " were never synced"));
  }
  for (const std::string& path : unsynced_names_) Complain(absl::StrCat("the name of ", path, " was never synced"));
  return problems_;
}

}  // namespace

std::vector<std::string> SyncOrderProblems(absl::Span<const FileCallRecord> calls, absl::string_view folder) {
  SyncOrder order(folder);
  for (const FileCallRecord& call : calls) order.Follow(call);
  return order.ProblemsInTheEnd();
}

}  // namespace mica
