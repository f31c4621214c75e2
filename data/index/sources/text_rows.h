// The rows of a list as views of its text, by the delimiter that the config names.
//   TextRows rows(text, ListFileConfig::TAB);
//   while (rows.Next()) { … rows.fields() … }
// TAB    one row a line. A field that begins and ends with a double quote, with none or doubled
//        ones between, loses its quotes, as Excel and pandas write them; all others stay as they
//        are.
// COMMA  RFC 4180 (csv_scanner.h).
// SPACE  one row a line. Runs of blanks and tabs separate; at the ends of a line they do not count.
// Empty lines, and for SPACE blank ones, are skipped. Lines end in LF or CRLF.
#ifndef MICA_DATA_INDEX_SOURCES_TEXT_ROWS_H_
#define MICA_DATA_INDEX_SOURCES_TEXT_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/files/csv_scanner.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// Single-thread. The text must outlive it; a byte order mark at its front is skipped.
class TextRows {
 public:
  TextRows(absl::string_view text, ListFileConfig::Delimiter delimiter);

  // Goes to the next row; false after the last one. A row with a problem is passed over by the next
  // call.
  bool Next();

  const std::vector<ScannedField>& fields() const { return is_csv_ ? csv_.fields() : fields_; }

  const std::string& problem() const { return is_csv_ ? csv_.problem() : problem_; }  // "": none

  // Where the row begins, from 1; of a problem, where that is.
  int64_t line() const { return is_csv_ ? csv_.line() : line_; }

 private:
  void Split(absl::string_view line);

  const ListFileConfig::Delimiter delimiter_;
  const bool is_csv_;
  CsvScanner csv_;
  absl::string_view rest_;
  std::vector<ScannedField> fields_;
  std::string problem_;
  int64_t line_ = 0;
};

// "tabs", "commas", "blanks"
absl::string_view DelimiterNoun(ListFileConfig::Delimiter delimiter);

// Another delimiter by which most of the first lines have the same number of fields, at least
// `fewest`; nullopt if there is none.
struct BetterDelimiter {
  ListFileConfig::Delimiter delimiter;
  size_t fields;
};
std::optional<BetterDelimiter> FindBetterDelimiter(absl::string_view text, ListFileConfig::Delimiter tried, size_t fewest);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_TEXT_ROWS_H_
