// Plain-text tables for terminals.
//   ConsoleTable({{"metric", "test"}, {"loss", "0.3312"}, {"accuracy", "0.8834"}}) ==
//       "metric      test\n"
//       "loss      0.3312\n"
//       "accuracy  0.8834\n"
// For files that programs read, use base/files/csv.h. A width is the number of UTF-8 characters;
// each counts as one column, though East Asian ones take more.
#ifndef MICA_BASE_CONSOLE_TABLE_H_
#define MICA_BASE_CONSOLE_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// The first row is the header; shorter rows end in empty cells. Columns of numbers are aligned
// right, others left, with two spaces between columns and none at the end of a line. Cells are
// shown as TerminalText shows them, in at most 40 columns, those of the first column, which names
// the rows, in at most `max_name_columns`.
std::string ConsoleTable(const std::vector<std::vector<std::string>>& rows, int max_name_columns = 40);

// `text` in at most `max_columns` columns (at least 1), cut with an ellipsis. Control characters
// and bytes that are not UTF-8 appear as \xNN, so that a file or class name can neither move the
// cursor nor break a line.
std::string TerminalText(absl::string_view text, int max_columns);

}  // namespace mica

#endif  // MICA_BASE_CONSOLE_TABLE_H_
