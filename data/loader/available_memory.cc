#include "data/loader/available_memory.h"

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
};

constexpr GroupFiles kVersion1 = {"/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr GroupFiles kVersion2 = {"", "memory.max", "memory.current", "inactive_file"};

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

std::optional<int64_t> GroupAllowsBytes(const std::string& folder, const GroupFiles& files) {
  int64_t limit = 0, used = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(Content(absl::StrCat(folder, "/", files.limit))), &limit)) return std::nullopt;  // "max"
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(Content(absl::StrCat(folder, "/", files.used))), &used)) return std::nullopt;
  const int64_t reclaimable = NumberOf(files.reclaimable, Content(folder + "/memory.stat")).value_or(0);
  return std::max<int64_t>(limit - std::max<int64_t>(used - reclaimable, 0), 0);
}

// A group and its parents. In a container they may be known by other names than those mounted
// there: what is not there is passed over.
std::optional<int64_t> GroupAndParentsAllow(std::string group, const std::string& root, const GroupFiles& files) {
  std::optional<int64_t> least;
  for (;; group.erase(group.rfind('/'))) {
    if (group == "/") group.clear();
    least = Least(least, GroupAllowsBytes(absl::StrCat(root, files.mount, group), files));
    if (group.empty()) return least;
  }
}

}  // namespace

std::optional<int64_t> MemAvailableBytes(absl::string_view meminfo) {
  const std::optional<int64_t> kib = NumberOf("MemAvailable:", meminfo);
  return kib.has_value() ? std::optional(*kib * 1024) : std::nullopt;
}

std::optional<int64_t> GroupsAllowBytes(absl::string_view groups, const std::string& root) {
  std::optional<int64_t> least;
  for (absl::string_view line : absl::StrSplit(groups, '\n')) {  // "4:memory:/user.slice" or "0::/user.slice"
    const Words fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3 || !absl::StartsWith(fields[2], "/")) continue;
    const Words controllers = absl::StrSplit(fields[1], ',');
    const bool is_of_memory = std::find(controllers.begin(), controllers.end(), "memory") != controllers.end();
    if (!is_of_memory && !fields[1].empty()) continue;
    least = Least(least, GroupAndParentsAllow(std::string(fields[2]), root, is_of_memory ? kVersion1 : kVersion2));
  }
  return least;
}

std::optional<int64_t> AvailableMemoryBytes() {
  return Least(MemAvailableBytes(Content("/proc/meminfo")), GroupsAllowBytes(Content("/proc/self/cgroup"), "/sys/fs/cgroup"));
}

}  // namespace mica
