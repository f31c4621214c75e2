// What a user can do about a file that could not be written.
//   WriteRemedy(ENOSPC, FreeSpaceAt("/data"), /*needed_bytes=*/44780)
//       == "; needs 44780 bytes, 8192 bytes are free; free space or choose another folder"
#ifndef MICA_BASE_FILES_WRITE_ERROR_H_
#define MICA_BASE_FILES_WRITE_ERROR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace mica {

// Of a file system, for this user.
struct FreeSpace {
  uint64_t bytes = 0;
  uint64_t files = 0;      // that can still be created (inodes)
  uint64_t max_files = 0;  // 0: as many as there is space for
};

// nullopt if the system does not tell.
std::optional<FreeSpace> FreeSpaceAt(const std::string& folder);

// What to do about `error` (an errno), to follow its text; "" if unknown. `free` matters for a full
// disk alone; `needed_bytes` is 0 if unknown.
std::string WriteRemedy(int error, const std::optional<FreeSpace>& free, size_t needed_bytes);

}  // namespace mica

#endif  // MICA_BASE_FILES_WRITE_ERROR_H_
