// Reads CSV files (RFC 4180) by mica (base/files/csv.h) and by other programs.
//   MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv("/r/predictions.csv", {"id", "truth"}));
//   for (size_t row = 0; row < table.size(); ++row) {
//     MICA_ASSIGN_OR_RETURN(const int64_t id, table.Integer(row, "id"));
// Lines end in LF or CRLF; the last may lack its end. A byte order mark and empty lines are
// skipped. Bytes are kept, spaces count, and a quoted field may hold line ends. Everything else is
// an error (exit code 3) with the file and the line:
//   x.csv:42: 3 fields, but the header has 2
// Not libcsv: it drops the spaces around a field unless told otherwise, ends rows at a lone CR,
// copies every field, and cannot say in which line an unclosed quote was opened. This reader scans
// the columns it does not need without copying them: 10,000 rows of 17 fields take about 10 ms.
// Not for streams: the file is read as a whole, at most 1 GiB.
#ifndef MICA_BASE_FILES_CSV_READER_H_
#define MICA_BASE_FILES_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

inline constexpr int64_t kMaxCsvBytes = int64_t{1} << 30;  // the largest file that is read

// The requested columns of all rows below the header; asking for another column is a bug of ours.
// Thread-safe.
class CsvTable {
 public:
  size_t size() const { return lines_.size(); }
  const std::vector<std::string>& header() const { return header_; }  // all columns

  const std::string& Text(size_t row, absl::string_view column) const;

  int64_t Line(size_t row) const { return lines_[row]; }  // of the row's beginning, from 1

  // The whole field must be the number, without spaces or plus sign. Reals may be "nan", "inf" and
  // "-inf", as FormatNumber writes them.
  absl::StatusOr<int64_t> Integer(size_t row, absl::string_view column) const;
  absl::StatusOr<double> Real(size_t row, absl::string_view column) const;

  // A DataError "PATH:LINE: MESSAGE" with the row's first line.
  absl::Status Error(size_t row, absl::string_view message) const;

 private:
  friend absl::StatusOr<CsvTable> ParseCsv(absl::string_view text, absl::string_view source, absl::Span<const absl::string_view> columns);

  std::string source_;
  std::vector<std::string> header_;
  std::vector<std::string> columns_;  // those that are kept
  std::vector<std::string> cells_;    // row by row
  std::vector<int64_t> lines_;        // of the rows
};

// The header must hold all `columns`, in any order and among others. Messages call the text
// `source`.
absl::StatusOr<CsvTable> ParseCsv(absl::string_view text, absl::string_view source, absl::Span<const absl::string_view> columns);

// The same for a file.
absl::StatusOr<CsvTable> ReadCsv(const std::string& path, absl::Span<const absl::string_view> columns);

}  // namespace mica

#endif  // MICA_BASE_FILES_CSV_READER_H_
