#include "base/process_clock.h"

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace mica {

std::string UtcNow() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
}

namespace {

double SecondsSinceBoot() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// When the libraries of this program had been loaded.
const double kLoaded = SecondsSinceBoot();

// On the clock since boot, as the kernel knows it.
std::optional<double> ProcessStart() {
  // proc(5): field 22 is the start in clock ticks after boot. Field 2, the command in parentheses,
  // may hold spaces.
  std::stringstream text;
  text << std::ifstream("/proc/self/stat").rdbuf();
  const std::string stat = text.str();
  const size_t command_end = stat.rfind(')');
  if (command_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(command_end + 2), ' ');
  constexpr size_t kStart = 22 - 3;
  if (fields.size() <= kStart) return std::nullopt;
  return std::atof(fields[kStart].c_str()) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

double SecondsSinceProcessStart() {
  // Exec keeps the time of the process's start, and loading this program rarely takes so long.
  constexpr double kLongestLoading = 0.25;
  const double start = ProcessStart().value_or(kLoaded);
  return SecondsSinceBoot() - (kLoaded - start > kLongestLoading ? kLoaded : start);
}

}  // namespace mica
