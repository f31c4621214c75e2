#include "base/process_clock.h"

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace mica {

std::string UtcNow() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
}

double SecondsSinceProcessStart() {
  // proc(5): field 22 is the start in clock ticks after boot. Field 2, the command in parentheses,
  // may hold spaces.
  std::stringstream text;
  text << std::ifstream("/proc/self/stat").rdbuf();
  const std::string stat = text.str();
  const size_t command_end = stat.rfind(')');
  if (command_end == std::string::npos) return 0;
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(command_end + 2), ' ');
  constexpr size_t kStart = 22 - 3;
  if (fields.size() <= kStart) return 0;
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double started = std::atof(fields[kStart].c_str()) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - started;
}

}  // namespace mica
