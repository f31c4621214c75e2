// Rows of CSV files (RFC 4180): the one place that quotes fields.
//   CsvRow({"a", "b,c"}) == "a,\"b,c\"\n"
#ifndef MICA_BASE_FILES_CSV_H_
#define MICA_BASE_FILES_CSV_H_

#include <string>

#include "absl/types/span.h"

namespace mica {

// Quotes fields that hold a comma, quote, CR or LF, doubles quotes inside them, and keeps all
// bytes. Ends with LF. A row of one empty field is written as two quotes, because readers skip
// blank lines.
std::string CsvRow(absl::Span<const std::string> fields);

// A value of a table whose columns are known by name.
struct CsvField {
  std::string column;
  std::string text;  // empty: absent
};

}  // namespace mica

#endif  // MICA_BASE_FILES_CSV_H_
