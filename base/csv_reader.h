// Reads CSV files (RFC 4180), those of other programs too: the counterpart of base/csv.h.
//   MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv("/r/predictions.csv", {"id", "truth"}));
//   for (size_t row = 0; row < table.size(); ++row) {
//     MICA_ASSIGN_OR_RETURN(const int64_t id, table.Integer(row, "id"));
// Lines end in LF or CRLF, the last one may lack its end; a byte order mark is skipped, and so are empty lines. Bytes are kept, spaces
// count, and a quoted field may hold line ends. Everything else is an error (exit code 3) with the file and the line:
//   x.csv:42: 3 fields, but the header has 2
// Own code rather than libcsv, which drops the spaces around a field unless told otherwise, ends rows at a lone CR, copies every field and
// does not know in which line an unclosed quote was opened. Here a field that is not asked for is looked at but never copied: 10,000 rows
// of 17 fields take some 10 ms. Not for streams: the file is read as a whole, at most 1 GiB.
#ifndef MICA_BASE_CSV_READER_H_
#define MICA_BASE_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

inline constexpr int64_t kMostCsvBytes = int64_t{1} << 30;  // of a file that is read

// The rows below the header, with the columns that were asked for; another column is a bug of ours. Thread-safe.
class CsvTable {
 public:
  size_t size() const { return lines_.size(); }
  const std::vector<std::string>& header() const { return header_; }  // all columns

  const std::string& Text(size_t row, absl::string_view column) const;

  // The whole field must be the number: no spaces, no plus sign. Reals may be "nan", "inf" and "-inf", as FormatNumber writes them.
  absl::StatusOr<int64_t> Integer(size_t row, absl::string_view column) const;
  absl::StatusOr<double> Real(size_t row, absl::string_view column) const;

  // A DataError "PATH:LINE: MESSAGE", with the line in which the row begins.
  absl::Status Error(size_t row, absl::string_view message) const;

 private:
  friend absl::StatusOr<CsvTable> ParseCsv(absl::string_view text, absl::string_view source, absl::Span<const absl::string_view> columns);

  std::string source_;
  std::vector<std::string> header_;
  std::vector<std::string> columns_;  // kept
  std::vector<std::string> cells_;    // row by row
  std::vector<int64_t> lines_;        // of the rows
};

// `columns` must stand in the header, in any order and among others. `source` is how messages call the text.
absl::StatusOr<CsvTable> ParseCsv(absl::string_view text, absl::string_view source, absl::Span<const absl::string_view> columns);

// The same for a file.
absl::StatusOr<CsvTable> ReadCsv(const std::string& path, absl::Span<const absl::string_view> columns);

}  // namespace mica

#endif  // MICA_BASE_CSV_READER_H_
