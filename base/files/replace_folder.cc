#include "base/files/replace_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr char kTemporary[] = ".tmp.";
constexpr char kOld[] = ".old.";

void Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

bool IsThere(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

absl::Status ReplaceInTwoSteps(const std::string& fresh, const std::string& folder, FileCalls& calls) {
  const std::string old = absl::StrCat(folder, kOld, getpid());
  Remove(old);
  MICA_RETURN_IF_ERROR(RenameFile(folder, old, calls));
  if (absl::Status status = RenameFile(fresh, folder, calls); !status.ok()) {
    calls.Rename(old.c_str(), folder.c_str());
    return status;
  }
  MICA_RETURN_IF_ERROR(SyncFolder(FolderName(folder), calls));
  Remove(old);
  return absl::OkStatus();
}

// Whether `name` is NAME + mark + the id of a process that no longer uses it.
bool IsLeftover(const std::string& name, const char* mark) {
  const size_t place = name.rfind(mark);
  int pid = 0;
  if (place == std::string::npos || place == 0 || !absl::SimpleAtoi(name.substr(place + 5), &pid) || pid <= 0) return false;
  return pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH);
}

}  // namespace

int SystemExchange(const char* a, const char* b) {
  return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

absl::Status ReplaceFolder(const std::string& fresh, const std::string& folder, FileCalls& calls, ExchangeCall exchange) {
  std::error_code error;
  if (IsThere(folder) && !std::filesystem::is_directory(folder, error)) {
    return OutputError(absl::StrCat(folder, ": is a file, and a folder is to stand there; move it away"));
  }
  if (!IsThere(folder)) {
    const absl::Status status = RenameFile(fresh, folder, calls);
    if (status.ok()) return SyncFolder(FolderName(folder), calls);
    if (!IsThere(folder)) return status;  // else another process was faster
  }
  if (exchange(fresh.c_str(), folder.c_str()) != 0) return ReplaceInTwoSteps(fresh, folder, calls);
  MICA_RETURN_IF_ERROR(SyncFolder(FolderName(folder), calls));
  Remove(fresh);  // now the old folder
  return absl::OkStatus();
}

std::string TemporaryFolder(const std::string& folder) {
  return absl::StrCat(folder, kTemporary, getpid());
}

void RemoveLeftovers(const std::string& parent, FileCalls& calls) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(parent, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(parent, "/", name);
    if (IsLeftover(name, kOld)) {
      const std::string folder = absl::StrCat(parent, "/", name.substr(0, name.rfind(kOld)));
      if (IsThere(folder)) {
        Remove(path);
      } else {
        calls.Rename(path.c_str(), folder.c_str());
      }
    } else if (IsLeftover(name, kTemporary)) {
      Remove(path);
    }
  }
}

}  // namespace mica
