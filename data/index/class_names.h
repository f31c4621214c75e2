// Reads a file of class names: UTF-8 text, one name per line, in the order of the labels.
//   MICA_ASSIGN_OR_RETURN(const std::vector<std::string> names,
//                         ReadClassNames("/data/classes.txt"));
// A byte order mark, CRLF and a missing newline at the end are accepted; blanks at the ends of a
// line are not part of the name. The class_map.csv of a run is read too. Other tables are refused:
// each line would become a name, and the heading would shift them all by one.
#ifndef MICA_DATA_INDEX_CLASS_NAMES_H_
#define MICA_DATA_INDEX_CLASS_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Returns a DataError (exit code 3) if the file cannot be read, has no names, is a table or is
// larger than 16 MiB. Otherwise the error lists every bad line as path:line: an empty name, a name
// that occurs twice, a control character, or bytes that are not UTF-8, with their offset in the
// file (from 0).
absl::StatusOr<std::vector<std::string>> ReadClassNames(const std::string& path);

// The same for the bytes of such a file; `path` is what messages call it.
absl::StatusOr<std::vector<std::string>> ParseClassNames(absl::string_view bytes, const std::string& path);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_NAMES_H_
