// How much memory this process can still take.
#ifndef MICA_DATA_LOADER_AVAILABLE_MEMORY_H_
#define MICA_DATA_LOADER_AVAILABLE_MEMORY_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace mica {

// Bytes that the system gives without swapping, or what the process's control group still allows if
// that is less. Nullopt where the system does not tell.
std::optional<int64_t> AvailableMemoryBytes();

// Of /proc/meminfo's text: MemAvailable. Nullopt if it is missing.
std::optional<int64_t> MemAvailableBytes(absl::string_view meminfo);

// Of a control group's memory.max and memory.current: nullopt if there is no limit.
std::optional<int64_t> GroupAllowsBytes(absl::string_view memory_max, absl::string_view memory_current);

}  // namespace mica

#endif  // MICA_DATA_LOADER_AVAILABLE_MEMORY_H_
