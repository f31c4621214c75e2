#include "base/available_memory.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

using Words = std::vector<absl::string_view>;

// Where a version of control groups says what.
struct GroupFiles {
  const char* mount;  // below the root
  const char* limit;
  const char* used;
  const char* reclaimable;  // a line of memory.stat
  const char* swap_limit;
  bool swap_limit_has_memory;  // that limit is of memory and swap together
};

constexpr GroupFiles kVersion1 = {
    "/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "memory.memsw.limit_in_bytes", true};
constexpr GroupFiles kVersion2 = {"", "memory.max", "memory.current", "inactive_file", "memory.swap.max", false};

// "" if it cannot be read. Files of the kernel have no size to ask for.
std::string Content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The number behind the name that begins a line.
std::optional<int64_t> NumberOf(absl::string_view name, absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    int64_t number = 0;
    if (words.size() >= 2 && words[0] == name && absl::SimpleAtoi(words[1], &number)) return number;
  }
  return std::nullopt;
}

std::optional<int64_t> Least(std::optional<int64_t> a, std::optional<int64_t> b) {
  return a.has_value() && b.has_value() ? std::min(*a, *b) : a.has_value() ? a : b;
}

// What one group says of itself; nullopt for nothing.
using AskGroup = std::optional<int64_t> (*)(const std::string& folder, const GroupFiles& files);

// Nullopt for "max", and if the file is not there.
std::optional<int64_t> NumberIn(const std::string& folder, const char* file) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(Content(absl::StrCat(folder, "/", file))), &number)) return std::nullopt;
  return number;
}

std::optional<int64_t> LimitBytes(const std::string& folder, const GroupFiles& files) {
  return NumberIn(folder, files.limit);
}

std::optional<int64_t> SwapLimitBytes(const std::string& folder, const GroupFiles& files) {
  const std::optional<int64_t> limit = NumberIn(folder, files.swap_limit), memory = NumberIn(folder, files.limit);
  if (!limit.has_value() || !files.swap_limit_has_memory) return limit;
  return std::max<int64_t>(*limit - memory.value_or(0), 0);
}

std::optional<int64_t> AllowedBytes(const std::string& folder, const GroupFiles& files) {
  const std::optional<int64_t> limit = LimitBytes(folder, files);
  const std::optional<int64_t> used = NumberIn(folder, files.used);
  if (!limit.has_value() || !used.has_value()) return std::nullopt;
  const int64_t reclaimable = NumberOf(files.reclaimable, Content(folder + "/memory.stat")).value_or(0);
  return std::max<int64_t>(*limit - std::max<int64_t>(*used - reclaimable, 0), 0);
}

// The least of a group and its parents. In a container they may be known by other names than those
// mounted there: what is not there is passed over.
std::optional<int64_t> LeastOfParents(std::string group, const std::string& root, const GroupFiles& files, AskGroup ask) {
  std::optional<int64_t> least;
  for (;; group.erase(group.rfind('/'))) {
    if (group == "/") group.clear();
    least = Least(least, ask(absl::StrCat(root, files.mount, group), files));
    if (group.empty()) return least;
  }
}

std::optional<int64_t> LeastOfGroups(absl::string_view groups, const std::string& root, AskGroup ask) {
  std::optional<int64_t> least;
  for (absl::string_view line : absl::StrSplit(groups, '\n')) {  // "4:memory:/user.slice" or "0::/user.slice"
    const Words fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3 || !absl::StartsWith(fields[2], "/")) continue;
    const Words controllers = absl::StrSplit(fields[1], ',');
    const bool is_of_memory = std::find(controllers.begin(), controllers.end(), "memory") != controllers.end();
    if (!is_of_memory && !fields[1].empty()) continue;
    least = Least(least, LeastOfParents(std::string(fields[2]), root, is_of_memory ? kVersion1 : kVersion2, ask));
  }
  return least;
}

std::optional<int64_t> KibibytesOf(absl::string_view name, absl::string_view meminfo) {
  const std::optional<int64_t> kib = NumberOf(name, meminfo);
  return kib.has_value() ? std::optional(*kib * 1024) : std::nullopt;
}

constexpr char kMeminfo[] = "/proc/meminfo", kGroups[] = "/proc/self/cgroup", kRoot[] = "/sys/fs/cgroup";

}  // namespace

std::optional<int64_t> MemAvailableBytes(absl::string_view meminfo) {
  return KibibytesOf("MemAvailable:", meminfo);
}

std::optional<int64_t> GroupsAllowBytes(absl::string_view groups, const std::string& root) {
  return LeastOfGroups(groups, root, AllowedBytes);
}

std::optional<int64_t> AvailableMemoryBytes() {
  return Least(MemAvailableBytes(Content(kMeminfo)), GroupsAllowBytes(Content(kGroups), kRoot));
}

std::optional<int64_t> TotalMemoryBytes(absl::string_view meminfo, absl::string_view groups, const std::string& root) {
  const std::optional<int64_t> memory = Least(KibibytesOf("MemTotal:", meminfo), LeastOfGroups(groups, root, LimitBytes));
  if (!memory.has_value()) return std::nullopt;
  const int64_t swap = KibibytesOf("SwapTotal:", meminfo).value_or(0);
  return *memory + std::min(swap, LeastOfGroups(groups, root, SwapLimitBytes).value_or(swap));
}

std::optional<int64_t> TotalMemoryBytes() {
  return TotalMemoryBytes(Content(kMeminfo), Content(kGroups), kRoot);
}

}  // namespace mica
