// Reads a list of samples as UTF-8 text, and says what it is if it is none: UTF-16 as Windows
// writes it, a workbook, a page of a server.
#ifndef MICA_DATA_INDEX_SOURCES_LIST_TEXT_H_
#define MICA_DATA_INDEX_SOURCES_LIST_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

inline constexpr int64_t kMaxListBytes = int64_t{1} << 30;  // the largest list that is read

// The bytes of the file, which are UTF-8 without NUL, in lines of at most 1 MiB; a byte order mark
// stays. Errors are DataErrors "PATH: …" or "PATH:LINE: …".
absl::StatusOr<std::string> ReadListText(const std::string& path);

// The checks of ReadListText.
absl::Status CheckListText(absl::string_view bytes, const std::string& path);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LIST_TEXT_H_
