#include "data/loader/temporary_cache.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/files/path.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

constexpr char kMark[] = ".tmp.";
constexpr time_t kLongestPauseSeconds = 3600;

// Where the system does not tell, a name that nobody else has: then nobody takes it for his own.
std::string MakeMachineName() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  std::error_code error;
  const std::filesystem::path processes = std::filesystem::read_symlink("/proc/self/ns/pid", error);
  if (error || boot.empty()) boot = absl::StrCat(std::random_device()(), " ", std::random_device()());
  return FormatFingerprint(Fingerprint(absl::StrCat(boot, " ", processes.string())));
}

const std::string& MachineName() {
  static const auto* const name = new std::string(MakeMachineName());
  return *name;
}

bool HasEnded(int pid) {
  return pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH);
}

bool IsForgotten(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) == 0 && time(nullptr) - stats.st_mtim.tv_sec > kLongestPauseSeconds;
}

}  // namespace

std::string TemporaryCacheName(const std::string& path) {
  return absl::StrCat(path, kMark, MachineName(), ".", getpid());
}

void RemoveTemporariesOf(const std::string& path, FileCalls& calls) {
  const std::string folder = FolderName(path), beginning = BaseName(path) + kMark, ours = absl::StrCat(beginning, MachineName(), ".");
  std::vector<std::string> names;
  calls.List(folder.c_str(), &names);
  for (const std::string& name : names) {
    if (!absl::StartsWith(name, beginning)) continue;
    const std::string temporary = absl::StrCat(folder, "/", name);
    absl::string_view pid_text = name;
    int pid = 0;
    const bool is_ours = absl::ConsumePrefix(&pid_text, ours) && absl::SimpleAtoi(pid_text, &pid) && pid > 0;
    if (is_ours ? HasEnded(pid) : IsForgotten(temporary)) calls.Unlink(temporary.c_str());
  }
}

}  // namespace mica
