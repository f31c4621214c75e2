// Rows of CSV files (RFC 4180): the one place that quotes fields.
//   CsvRow({"a", "b,c"}) == "a,\"b,c\"\n"
#ifndef MICA_BASE_CSV_H_
#define MICA_BASE_CSV_H_

#include <string>

#include "absl/types/span.h"

namespace mica {

// Fields with a comma, quote, CR or LF stand in quotes, a quote inside is doubled, bytes are kept. Ends with LF. A row of one empty field
// is written as two quotes, for readers skip blank lines.
std::string CsvRow(absl::Span<const std::string> fields);

}  // namespace mica

#endif  // MICA_BASE_CSV_H_
