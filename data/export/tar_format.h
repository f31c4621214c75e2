// The blocks of a tar file in the ustar format (POSIX.1-1988), as an archive that depends on nothing
// but its content: no times, no owners.
//   file << UstarHeader("0007.jpg", jpeg.size()) << jpeg << UstarPadding(jpeg.size());
//   file << UstarEnd(size_so_far);
// Thread-safe.
#ifndef MICA_DATA_EXPORT_TAR_FORMAT_H_
#define MICA_DATA_EXPORT_TAR_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

inline constexpr int64_t kMaxUstarMemberBytes = (int64_t{1} << 33) - 1;
inline constexpr size_t kMaxUstarName = 100;  // bytes; longer ones are not needed here

// The block of 512 bytes in front of a regular file: mode 0644, uid, gid and mtime 0. A name or size
// above the limits is a bug of ours.
std::string UstarHeader(absl::string_view name, int64_t size);

// The zeros that fill the last block of a file of this size.
std::string UstarPadding(int64_t size);

// The zeros at the end of an archive that has `size` bytes so far: two blocks, and what fills the
// last record of 10,240 bytes.
std::string UstarEnd(int64_t size);

}  // namespace mica

#endif  // MICA_DATA_EXPORT_TAR_FORMAT_H_
