#include "experiments/compare/terminal_layout.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/console_table.h"

namespace mica {
namespace {

constexpr int kNarrowest = 12;
constexpr size_t kGap = 2;

bool BeginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

// Columns of text made by TerminalText.
int Width(absl::string_view shown) {
  return static_cast<int>(std::count_if(shown.begin(), shown.end(), BeginsCharacter));
}

std::string Whole(absl::string_view text) {
  return TerminalText(text, std::numeric_limits<int>::max());
}

std::vector<size_t> FilledColumns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> columns;
  for (size_t c = 0; c < rows[0].size(); ++c) {
    const auto has_text = [c](const std::vector<std::string>& row) { return !row[c].empty(); };
    if (std::any_of(rows.begin() + 1, rows.end(), has_text)) columns.push_back(c);
  }
  return columns;
}

}  // namespace

std::string TerminalTail(absl::string_view text, int max_columns) {
  std::string shown = Whole(text);
  int width = Width(shown);
  if (width <= max_columns) return shown;
  size_t begin = 0;
  for (; width > max_columns - 1; --width) {
    do {
      ++begin;
    } while (begin < shown.size() && !BeginsCharacter(shown[begin]));
  }
  return absl::StrCat("…", shown.substr(begin));
}

std::string FittedTable(std::vector<std::vector<std::string>> rows, size_t flexible) {
  const std::vector<size_t> columns = FilledColumns(rows);
  int taken = 0;
  for (const size_t c : columns) {
    int widest = 0;
    for (const std::vector<std::string>& row : rows) widest = std::max(widest, Width(Whole(row[c])));
    if (c != flexible) taken += widest + static_cast<int>(kGap);
  }
  const int room = std::max(kNarrowest, kTerminalColumns - taken);
  std::vector<std::vector<std::string>> shown;
  for (const std::vector<std::string>& row : rows) {
    std::vector<std::string>& cells = shown.emplace_back();
    for (const size_t c : columns) cells.push_back(c == flexible ? TerminalTail(row[c], std::min(room, 40)) : row[c]);
  }
  std::string table;
  for (const absl::string_view line : absl::StrSplit(ConsoleTable(shown), '\n', absl::SkipEmpty())) {
    absl::StrAppend(&table, TerminalText(line, kTerminalColumns), "\n");
  }
  return table;
}

std::string Wrapped(absl::string_view lead, absl::string_view text) {
  const int indent = Width(lead);
  std::string lines(lead);
  int column = indent;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::string shown = TerminalTail(word, kTerminalColumns - indent);
    const bool begins_line = column == indent;
    if (!begins_line && column + 1 + Width(shown) > kTerminalColumns) {
      absl::StrAppend(&lines, "\n", std::string(indent, ' '), shown);
      column = indent + Width(shown);
    } else {
      absl::StrAppend(&lines, begins_line ? "" : " ", shown);
      column += (begins_line ? 0 : 1) + Width(shown);
    }
  }
  return lines + "\n";
}

std::string NumberList(absl::Span<const size_t> places) {
  std::vector<std::string> ranges;
  for (size_t i = 0; i < places.size();) {
    size_t end = i + 1;
    while (end < places.size() && places[end] == places[end - 1] + 1) ++end;
    const bool is_range = end - i > 2;  // "1, 2" rather than "1-2"
    const size_t last = is_range ? end : i + 1;
    ranges.push_back(is_range ? absl::StrCat(places[i] + 1, "-", places[last - 1] + 1) : absl::StrCat(places[i] + 1));
    i = last;
  }
  return absl::StrJoin(ranges, ", ");
}

}  // namespace mica
