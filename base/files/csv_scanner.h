// The rows of a CSV text (RFC 4180), one after the other and without copying them.
//   CsvScanner scanner(text);
//   while (scanner.Next()) {
//     if (!scanner.problem().empty()) return Error(scanner.line(), scanner.problem());
//     Use(scanner.fields());
//   }
// For tables whose columns fit into memory, csv_reader.h is simpler.
#ifndef MICA_BASE_FILES_CSV_SCANNER_H_
#define MICA_BASE_FILES_CSV_SCANNER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// A field as it is written, without its outer quotes.
struct ScannedField {
  absl::string_view text;
  bool has_doubled_quotes = false;

  std::string Value() const;

  // The same without a copy if there is nothing to change; else `*storage` holds it.
  absl::string_view View(std::string* storage) const;
};

// Single-thread. The text must outlive it.
class CsvScanner {
 public:
  explicit CsvScanner(absl::string_view text) : rest_(text) {}

  // Goes to the next row that is no empty line; false after the last one. Behind a row with a
  // problem it goes on with the next line.
  bool Next();

  // Of the row; incomplete if it has a problem.
  const std::vector<ScannedField>& fields() const { return fields_; }

  const std::string& problem() const { return problem_; }  // "": none

  // Where the row begins, from 1; of a problem, where that is.
  int64_t line() const { return row_line_; }

 private:
  void ScanRow();
  void ScanPlain(ScannedField* field);
  bool ScanQuoted(ScannedField* field);
  void Fail(const char* problem);

  absl::string_view rest_;
  std::vector<ScannedField> fields_;
  std::string problem_;
  int64_t line_ = 1;  // of rest_
  int64_t row_line_ = 1;
};

// What no text of lines may hold.
struct LineFault {
  int64_t line = 0;  // from 1
  std::string message;
};

// The first line that is longer than 1 MiB or holds a NUL byte.
std::optional<LineFault> FindLineFault(absl::string_view text);

}  // namespace mica

#endif  // MICA_BASE_FILES_CSV_SCANNER_H_
