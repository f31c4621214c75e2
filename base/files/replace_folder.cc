#include "base/files/replace_folder.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr char kTemporary[] = ".tmp.";
constexpr char kOld[] = ".old.";

bool IsThere(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

absl::Status ReplaceInTwoSteps(const std::string& fresh, const std::string& folder, FileCalls& calls) {
  const std::string old = absl::StrCat(folder, kOld, getpid());
  RemoveTree(old, calls);
  MICA_RETURN_IF_ERROR(RenameFile(folder, old, calls));
  if (absl::Status status = RenameFile(fresh, folder, calls); !status.ok()) {
    calls.Rename(old.c_str(), folder.c_str());
    return status;
  }
  MICA_RETURN_IF_ERROR(SyncFolder(FolderName(folder), calls));
  RemoveTree(old, calls);
  return absl::OkStatus();
}

// Whether `name` is NAME + mark + the id of a process that no longer uses it.
bool IsLeftover(const std::string& name, const char* mark) {
  const size_t place = name.rfind(mark);
  int pid = 0;
  if (place == std::string::npos || place == 0 || !absl::SimpleAtoi(name.substr(place + 5), &pid) || pid <= 0) return false;
  return pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH);
}

// Removes the leftovers in `parent` of those folders of which `is_meant` says so, by their names.
void RemoveWhere(const std::string& parent, absl::FunctionRef<bool(absl::string_view)> is_meant, FileCalls& calls) {
  std::vector<std::string> names;
  calls.List(parent.c_str(), &names);
  for (const std::string& name : names) {
    const char* const mark = IsLeftover(name, kOld) ? kOld : IsLeftover(name, kTemporary) ? kTemporary : nullptr;
    if (mark == nullptr) continue;
    const std::string of = name.substr(0, name.rfind(mark));
    if (!is_meant(of)) continue;
    const std::string path = absl::StrCat(parent, "/", name);
    const std::string folder = absl::StrCat(parent, "/", of);
    if (mark == kOld && !IsThere(folder)) {
      calls.Rename(path.c_str(), folder.c_str());
    } else {
      RemoveTree(path, calls);
    }
  }
}

}  // namespace

absl::Status ReplaceFolder(const std::string& fresh, const std::string& folder, FileCalls& calls) {
  std::error_code error;
  if (IsThere(folder) && !std::filesystem::is_directory(folder, error)) {
    return OutputError(absl::StrCat(folder, ": is a file, and a folder is to stand there; move it away"));
  }
  if (!IsThere(folder)) {
    const absl::Status status = RenameFile(fresh, folder, calls);
    if (status.ok()) return SyncFolder(FolderName(folder), calls);
    if (!IsThere(folder)) return status;  // else another process was faster
  }
  if (calls.Exchange(fresh.c_str(), folder.c_str()) != 0) return ReplaceInTwoSteps(fresh, folder, calls);
  MICA_RETURN_IF_ERROR(SyncFolder(FolderName(folder), calls));
  RemoveTree(fresh, calls);  // now the old folder
  return absl::OkStatus();
}

std::string TemporaryNameOf(const std::string& folder) {
  return absl::StrCat(folder, kTemporary, getpid());
}

void RemoveLeftovers(const std::string& parent, FileCalls& calls) {
  RemoveWhere(
      parent, [](absl::string_view) { return true; }, calls);
}

void RemoveLeftoversOf(const std::string& folder, FileCalls& calls) {
  const std::string name = BaseName(folder);
  RemoveWhere(
      FolderName(folder), [&](absl::string_view of) { return of == name; }, calls);
}

}  // namespace mica
