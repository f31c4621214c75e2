// Fits tables and sentences into a terminal of 100 columns; base/console_table.h draws them.
//   FittedTable({{"run", "folder"}, {"1", a_very_long_path}}, /*flexible=*/1)
//   // "1  …the_end_of_the_path"
#ifndef MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_
#define MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

inline constexpr int kTerminalColumns = 100;

// The end of `text` in at most `max_columns` (at least 1): the end of a path or dotted name says
// more than its beginning. Control characters are shown as in TerminalText.
std::string TerminalTail(absl::string_view text, int max_columns);

// The first row is the header. Columns without entries below it are left out. To make the lines
// fit, cells of column `flexible` are cut at the front; a line that is still too long is cut.
std::string FittedTable(std::vector<std::vector<std::string>> rows, size_t flexible);

// Wraps words at 100 columns: the first line after `lead`, the others indented to match. Ends with
// LF.
std::string Wrapped(absl::string_view lead, absl::string_view text);

// {0, 1, 2, 4} -> "1-3, 5": numbers counted from 1, as users see them. `places` must ascend.
std::string NumberList(absl::Span<const size_t> places);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_
