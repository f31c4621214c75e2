#include "tests/integration/run_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_join.h"

namespace mica {
namespace {

const std::set<std::string>& UnequalColumns() {
  static const auto* const columns =
      new std::set<std::string>({"images_per_second", "data_wait_fraction", "train_seconds", "eval_seconds", "peak_memory_mib", "run"});
  return *columns;
}

// RFC 4180 as mica writes it: quoted fields may hold commas, line ends and doubled quotes.
std::vector<std::vector<std::string>> ParseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (quoted && letter == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      row.back() += text[++i];
    } else if (letter == '"') {
      quoted = !quoted;
    } else if (!quoted && letter == ',') {
      row.emplace_back();
    } else if (!quoted && letter == '\n') {
      rows.push_back(std::move(row));
      row = {""};
    } else {
      row.back() += letter;
    }
  }
  EXPECT_TRUE(row == std::vector<std::string>{""}) << "the last row has no line end";
  return rows;
}

}  // namespace

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> TestTable::Column(absl::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  EXPECT_TRUE(found != header.end()) << "no column " << name;
  std::vector<std::string> cells;
  if (found == header.end()) return cells;
  for (const std::vector<std::string>& row : rows) cells.push_back(row[found - header.begin()]);
  return cells;
}

std::string TestTable::Cell(absl::string_view name) const {
  const std::vector<std::string> cells = Column(name);
  return cells.empty() ? "" : cells[0];
}

double TestTable::Number(absl::string_view name) const {
  return std::strtod(Cell(name).c_str(), nullptr);
}

TestTable ReadTestCsv(const std::string& path) {
  SCOPED_TRACE(path);
  return ParseTestTable(ReadTestFile(path));
}

TestTable ParseTestTable(const std::string& csv) {
  std::vector<std::vector<std::string>> rows = ParseCsv(csv);
  if (rows.empty()) return {};
  TestTable table;
  table.header = rows[0];
  rows.erase(rows.begin());
  for (std::vector<std::string>& row : rows) {
    EXPECT_EQ(row.size(), table.header.size());
    row.resize(table.header.size());
  }
  table.rows = std::move(rows);
  return table;
}

std::string MaskedCsv(const std::string& path) {
  SCOPED_TRACE(path);
  return MaskedCsvText(ReadTestFile(path));
}

std::string MaskedCsvText(const std::string& csv) {
  TestTable table = ParseTestTable(csv);
  std::string text = absl::StrJoin(table.header, ",");
  for (std::vector<std::string>& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (UnequalColumns().count(table.header[i]) > 0) row[i].clear();
    }
    text += "\n" + absl::StrJoin(row, ",");
  }
  return text;
}

std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_directory()) files.push_back(std::filesystem::relative(entry.path(), folder).string());
  }
  EXPECT_FALSE(error) << folder << ": " << error.message();
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace mica
