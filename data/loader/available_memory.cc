#include "data/loader/available_memory.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

// "" if it cannot be read. Files of the kernel have no size to ask for.
std::string Content(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::optional<int64_t> MemAvailableBytes(absl::string_view meminfo) {
  for (absl::string_view line : absl::StrSplit(meminfo, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    int64_t kib = 0;
    if (words.size() >= 2 && words[0] == "MemAvailable:" && absl::SimpleAtoi(words[1], &kib)) return kib * 1024;
  }
  return std::nullopt;
}

std::optional<int64_t> GroupAllowsBytes(absl::string_view memory_max, absl::string_view memory_current) {
  int64_t limit = 0, used = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(memory_max), &limit)) return std::nullopt;  // "max"
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(memory_current), &used)) return std::nullopt;
  return std::max<int64_t>(limit - used, 0);
}

std::optional<int64_t> AvailableMemoryBytes() {
  const std::optional<int64_t> system = MemAvailableBytes(Content("/proc/meminfo"));
  const std::optional<int64_t> group = GroupAllowsBytes(Content("/sys/fs/cgroup/memory.max"), Content("/sys/fs/cgroup/memory.current"));
  if (system.has_value() && group.has_value()) return std::min(*system, *group);
  return system.has_value() ? system : group;
}

}  // namespace mica
