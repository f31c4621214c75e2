// Small tar files for tests, also of other packages.
//   WriteTestFile(path, TarBytes({{"0001.jpg", jpeg}, {"0001.cls", "3"}}));
#ifndef MICA_DATA_INDEX_SOURCES_TAR_TEST_FILES_H_
#define MICA_DATA_INDEX_SOURCES_TAR_TEST_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// How names of more than 100 bytes are stored: in the prefix field, which takes those whose folders
// have at most 155 bytes; in an "L" member; in an "x" header, which all members get. kV7 cuts them.
enum class TarFormat { kV7, kUstar, kGnu, kPax };

struct TarTestMember {
  std::string name;
  std::string content;
  char type = '0';
};

// With the end mark, and zeros up to a multiple of 10,240 bytes, as GNU tar writes.
std::string TarBytes(const std::vector<TarTestMember>& members, TarFormat format = TarFormat::kUstar);

// The same without end mark and zeros behind.
std::string TarMembers(const std::vector<TarTestMember>& members, TarFormat format = TarFormat::kUstar);

// A header block with the right checksum. `size_field` has at most 12 bytes, "00000001750".
std::string TarHeader(absl::string_view name, absl::string_view size_field, char type, absl::string_view magic,
                      absl::string_view prefix = "");

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_TAR_TEST_FILES_H_
