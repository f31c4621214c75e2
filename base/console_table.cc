#include "base/console_table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace mica {
namespace {

constexpr int kMaxCellColumns = 40;
constexpr absl::string_view kGap = "  ";

// Whether it is in C0 or C1 (U+0080 to U+009F), or DEL.
bool IsControl(absl::string_view character) {
  const auto lead = static_cast<uint8_t>(character[0]);
  return lead < 0x20 || lead == 0x7F || (lead == 0xC2 && static_cast<uint8_t>(character[1]) < 0xA0);
}

// How `text` is shown, one string per column.
std::vector<std::string> Columns(absl::string_view text) {
  std::vector<std::string> columns;
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    if (size > 0 && !IsControl(text.substr(0, size))) {
      columns.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
      continue;
    }
    for (const char c : absl::StrCat("\\x", absl::Hex(static_cast<uint8_t>(text[0]), absl::kZeroPad2))) columns.emplace_back(1, c);
    text.remove_prefix(1);
  }
  return columns;
}

struct Cell {
  std::string text;
  size_t width = 0;
};

Cell MakeCell(absl::string_view text, int max_columns) {
  std::string shown = TerminalText(text, max_columns);
  const size_t width = Columns(shown).size();
  return {std::move(shown), width};
}

bool IsNumberOrEmpty(const std::string& text) {
  double value;
  return text.empty() || absl::SimpleAtod(text, &value);
}

struct Layout {
  size_t width = 0;
  bool right = true;
};

std::vector<Layout> LayOut(const std::vector<std::vector<Cell>>& rows) {
  std::vector<Layout> columns;
  for (size_t row = 0; row < rows.size(); ++row) {
    columns.resize(std::max(columns.size(), rows[row].size()));
    for (size_t c = 0; c < rows[row].size(); ++c) {
      columns[c].width = std::max(columns[c].width, rows[row][c].width);
      if (row > 0 && !IsNumberOrEmpty(rows[row][c].text)) columns[c].right = false;
    }
  }
  if (!columns.empty()) columns[0].right = false;  // the rows' names, even if all are numbers
  return columns;
}

std::string Line(const std::vector<Cell>& row, const std::vector<Layout>& columns) {
  std::string line;
  for (size_t c = 0; c < row.size(); ++c) {
    const std::string padding(columns[c].width - row[c].width, ' ');
    absl::StrAppend(&line, c == 0 ? "" : kGap, columns[c].right ? padding : "", row[c].text, columns[c].right ? "" : padding);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string ConsoleTable(const std::vector<std::vector<std::string>>& rows, int max_name_columns) {
  std::vector<std::vector<Cell>> cells;
  for (const std::vector<std::string>& row : rows) {
    std::vector<Cell>& shown = cells.emplace_back();
    for (const std::string& text : row) shown.push_back(MakeCell(text, shown.empty() ? max_name_columns : kMaxCellColumns));
  }
  const std::vector<Layout> columns = LayOut(cells);
  std::string table;
  for (const std::vector<Cell>& row : cells) table += Line(row, columns);
  return table;
}

std::string TerminalText(absl::string_view text, int max_columns) {
  std::vector<std::string> columns = Columns(text);
  if (columns.size() > static_cast<size_t>(max_columns)) {
    columns.resize(max_columns);
    columns.back() = "…";
  }
  std::string shown;
  for (const std::string& column : columns) shown += column;
  return shown;
}

}  // namespace mica
