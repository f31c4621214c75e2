// Reads a file of class names: UTF-8 text, one name a line, in the order of the labels.
//   MICA_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadClassNames("/data/classes.txt"));
// A byte order mark, CRLF and a missing newline at the end are accepted. Spaces belong to the name.
#ifndef MICA_DATA_INDEX_CLASS_NAMES_H_
#define MICA_DATA_INDEX_CLASS_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

// A DataError (exit code 3) holds every bad line as path:line: an empty name, one that stands twice, a control character, bytes that are
// not UTF-8 with their offset in the file (from 0); or a file that cannot be read, has no names or more than 16 MiB.
absl::StatusOr<std::vector<std::string>> ReadClassNames(const std::string& path);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_NAMES_H_
