// How much memory this process can take: still, or at most.
#ifndef MICA_BASE_AVAILABLE_MEMORY_H_
#define MICA_BASE_AVAILABLE_MEMORY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// Bytes that the system gives without swapping, or what the process's control groups still allow if
// that is less. Nullopt where the system does not tell.
std::optional<int64_t> AvailableMemoryBytes();

// Of /proc/meminfo's text: MemAvailable. Nullopt if it is missing.
std::optional<int64_t> MemAvailableBytes(absl::string_view meminfo);

// The least that any of the process's control groups and their parents allows: its limit, less what
// is used, but for files that the kernel keeps in memory as long as nobody needs it. `groups`: text
// of /proc/self/cgroup, version 1 or 2; `root`: where groups are mounted, "/sys/fs/cgroup". Nullopt
// if none has a limit.
std::optional<int64_t> GroupsAllowBytes(absl::string_view groups, const std::string& root);

// Bytes that the process could have if nothing else ran: all memory of the machine, or the least
// limit of its control groups, and what they let it have of the swap space.
std::optional<int64_t> TotalMemoryBytes();

// The same from the texts and the folder that the functions above take.
std::optional<int64_t> TotalMemoryBytes(absl::string_view meminfo, absl::string_view groups, const std::string& root);

}  // namespace mica

#endif  // MICA_BASE_AVAILABLE_MEMORY_H_
