// Fits tables and sentences into a terminal of 100 columns; eval/report/console_table.h does the drawing.
//   FittedTable({{"run", "folder"}, {"1", a_very_long_path}}, /*flexible=*/1)   // "1    …the_end_of_the_path"
#ifndef MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_
#define MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

inline constexpr int kTerminalColumns = 100;

// The end of `text` in at most `max_columns` (at least 1): of paths and dotted names it says more than the beginning. Control characters
// are shown as TerminalText shows them.
std::string TerminalTail(absl::string_view text, int max_columns);

// The first row is the header. Columns without anything below it are left out; the one at `flexible` gives way, from its cells' beginnings,
// until the lines fit. A line that is still too long is cut.
std::string FittedTable(std::vector<std::vector<std::string>> rows, size_t flexible);

// Words on lines of at most 100 columns, the first behind `lead`, the others indented as far. Ends with LF.
std::string Wrapped(absl::string_view lead, absl::string_view text);

// {0, 1, 2, 4} -> "1-3, 5": numbers as people see them, from 1. `places` ascend.
std::string NumberList(absl::Span<const size_t> places);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_TERMINAL_LAYOUT_H_
