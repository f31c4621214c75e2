// Plain-text tables for terminals.
//   ConsoleTable({{"metric", "test"}, {"loss", "0.3312"}, {"accuracy", "0.8834"}}) ==
//       "metric      test\n"
//       "loss      0.3312\n"
//       "accuracy  0.8834\n"
// Not for files that programs read: base/files/csv.h. Widths count characters of UTF-8, each as one column, which East Asian ones exceed.
#ifndef MICA_EVAL_REPORT_CONSOLE_TABLE_H_
#define MICA_EVAL_REPORT_CONSOLE_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// The first row is the header; shorter rows end in empty cells. Columns of numbers stand right, others left; two spaces between columns,
// none at the end of a line. Cells are shown as TerminalText makes them.
std::string ConsoleTable(const std::vector<std::vector<std::string>>& rows);

// `text` in at most `max_columns` columns (at least 1), cut with an ellipsis. Control characters and bytes that are not UTF-8 are shown as
// \xNN, so that a file or class name can neither move the cursor nor break a line.
std::string TerminalText(absl::string_view text, int max_columns);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_CONSOLE_TABLE_H_
