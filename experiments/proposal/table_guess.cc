#include "experiments/proposal/table_guess.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/files/path.h"
#include "base/printable.h"
#include "data/index/sources/text_rows.h"

namespace mica {
namespace {

constexpr size_t kTriedRows = 20;     // whose files are looked for
constexpr size_t kMaxRows = 200000;   // that are read
constexpr size_t kPathColumns = 20;   // that may name pictures, from the left
constexpr size_t kMaxColumns = 1000;  // wider tables hold numbers, not labels
constexpr const char* kSuffixes[] = {"", ".jpg", ".png", ".jpeg", ".JPG", ".PNG", ".bmp", ".webp"};
constexpr absl::string_view kLabelNames[] = {"label", "class",   "category", "target",    "class_name", "classname", "labels",
                                             "breed", "species", "variety",  "diagnosis", "dx",         "type",      "articletype",
                                             "digit", "letter",  "y",        "class_id",  "label_id",   "name"};

struct Table {
  ListFileConfig::Delimiter delimiter = ListFileConfig::COMMA;
  std::vector<std::string> first;                // the first row: a header, or not
  std::vector<std::vector<std::string>> others;  // rows as long as the first
};

bool IsFile(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) == 0 && S_ISREG(stats.st_mode);
}

std::optional<Table> ReadTable(absl::string_view text, ListFileConfig::Delimiter delimiter) {
  Table table;
  table.delimiter = delimiter;
  TextRows rows(text, delimiter);
  while (table.others.size() < kMaxRows && rows.Next()) {
    if (!rows.problem().empty()) return std::nullopt;
    std::vector<std::string> cells;
    for (const ScannedField& field : rows.fields()) cells.push_back(field.Value());
    if (table.first.empty()) {
      table.first = std::move(cells);
      if (table.first.size() < 2 || table.first.size() > kMaxColumns) return std::nullopt;
    } else if (cells.size() == table.first.size()) {
      table.others.push_back(std::move(cells));
    } else {
      return std::nullopt;
    }
  }
  if (table.others.empty()) return std::nullopt;
  return table;
}

struct PathColumn {
  size_t column = 0;
  std::string root, suffix;
};

// Rows spread evenly over the table.
std::vector<size_t> TriedRows(const Table& table) {
  std::vector<size_t> rows;
  const size_t count = std::min(kTriedRows, table.others.size());
  for (size_t i = 0; i < count; ++i) rows.push_back(i * table.others.size() / count);
  return rows;
}

std::optional<PathColumn> FindPathColumn(const Table& table, const std::vector<std::string>& roots) {
  const std::vector<size_t> rows = TriedRows(table);
  const auto names_files = [&](const PathColumn& tried) {
    size_t misses = 0;
    std::set<absl::string_view> different;  // classes may have the names of files too
    for (const size_t row : rows) {
      const std::string& cell = table.others[row][tried.column];
      const bool is_file = different.insert(cell).second && !cell.empty() &&
                           IsFile(absl::StrCat(absl::StartsWith(cell, "/") ? "" : tried.root + "/", cell, tried.suffix));
      misses += !is_file;
      if (misses * 10 > rows.size()) return false;
    }
    return true;
  };
  for (size_t column = 0; column < std::min(table.first.size(), kPathColumns); ++column) {
    for (const std::string& root : roots) {
      for (const char* const suffix : kSuffixes) {
        PathColumn tried = {column, root, suffix};
        if (names_files(tried)) return tried;
      }
    }
  }
  return std::nullopt;
}

std::set<std::string> ValuesOf(const Table& table, size_t column, bool has_header) {
  std::set<std::string> values;
  if (!has_header) values.insert(table.first[column]);
  for (const std::vector<std::string>& row : table.others) values.insert(row[column]);
  return values;
}

// At least two, and each of two rows on average.
bool MayBeLabels(const std::set<std::string>& values, size_t rows) {
  return values.size() >= 2 && values.size() * 2 <= rows && values.count("") == 0;
}

std::optional<size_t> FindLabelColumn(const Table& table, size_t path_column, bool has_header) {
  std::optional<size_t> fewest;
  size_t fewest_values = 0, best_name = std::size(kLabelNames);
  std::optional<size_t> named;
  for (size_t column = 0; column < table.first.size(); ++column) {
    const std::set<std::string> values = ValuesOf(table, column, has_header);
    if (column == path_column || !MayBeLabels(values, table.others.size())) continue;
    if (!fewest.has_value() || values.size() < fewest_values) {
      fewest = column;
      fewest_values = values.size();
    }
    const std::string name = absl::AsciiStrToLower(table.first[column]);
    const auto place = static_cast<size_t>(std::find(std::begin(kLabelNames), std::end(kLabelNames), name) - std::begin(kLabelNames));
    if (has_header && place < best_name) {
      best_name = place;
      named = column;
    }
  }
  return named.has_value() ? named : fewest;
}

// Columns of 0 and 1 with one 1 in each row; at least two, or none.
std::vector<size_t> OneHotColumns(const Table& table, size_t path_column) {
  std::vector<size_t> columns;
  for (size_t column = 0; column < table.first.size(); ++column) {
    const std::set<std::string> values = ValuesOf(table, column, /*has_header=*/true);
    const bool is_binary = std::all_of(values.begin(), values.end(), [](const std::string& value) {
      return value == "0" || value == "1" || value == "0.0" || value == "1.0";
    });
    if (column != path_column && is_binary) columns.push_back(column);
  }
  for (const std::vector<std::string>& row : table.others) {
    const auto is_one = [&](size_t column) { return row[column][0] == '1'; };
    if (std::count_if(columns.begin(), columns.end(), is_one) != 1) return {};
  }
  return columns.size() >= 2 ? columns : std::vector<size_t>();
}

struct LabelSettings {
  SourceConfig::Labels labels = SourceConfig::AUTO;
  int64_t offset = 0;
};

// Whole numbers 0 … C-1 are labels as they are, 1 … C with an offset; others are names.
LabelSettings SettingsOf(const std::set<std::string>& labels) {
  std::set<int64_t> numbers;
  for (const std::string& label : labels) {
    int64_t number;
    if (!absl::SimpleAtoi(label, &number)) return {};
    numbers.insert(number);
  }
  const auto count = static_cast<int64_t>(numbers.size());
  const int64_t first = *numbers.begin(), last = *numbers.rbegin();
  if (first == 0 && last == count - 1) return {};
  if (first == 1 && last == count) return {SourceConfig::AUTO, -1};
  return {SourceConfig::NAMES, 0};
}

template <typename Config>
void SetLabels(const std::set<std::string>& values, Config* config) {
  const LabelSettings settings = SettingsOf(values);
  if (settings.labels != SourceConfig::AUTO) config->set_labels(settings.labels);
  if (settings.offset != 0) config->set_label_offset(settings.offset);
}

// Tables that divide their rows need a list for each split: nothing reads such a column.
std::string SplitColumnRemark(const std::vector<std::string>& header) {
  constexpr absl::string_view kNames[] = {"split", "set", "subset", "fold", "partition", "phase", "usage"};
  for (const std::string& column : header) {
    const bool divides = std::find(std::begin(kNames), std::end(kNames), absl::AsciiStrToLower(column)) != std::end(kNames);
    if (divides) return absl::StrCat("; its column ", InQuotes(column), " is not used (for those splits make a table of each)");
  }
  return "";
}

std::optional<TableGuess> AsCsv(const Table& table, const PathColumn& paths, const std::string& file) {
  TableGuess guess;
  CsvConfig* const csv = guess.source.mutable_csv();
  csv->set_csv_file(file);
  if (paths.root != FolderName(file)) csv->set_root_folder(paths.root);
  csv->set_path_column(table.first[paths.column]);
  if (!paths.suffix.empty()) csv->set_path_suffix(paths.suffix);
  const std::string names_pictures = absl::StrCat("column ", InQuotes(csv->path_column()), " names pictures, ");
  if (const auto label = FindLabelColumn(table, paths.column, /*has_header=*/true); label.has_value()) {
    const std::vector<size_t> one_hot = OneHotColumns(table, paths.column);
    if (std::find(one_hot.begin(), one_hot.end(), *label) == one_hot.end()) {
      csv->set_label_column(table.first[*label]);
      guess.labels = ValuesOf(table, *label, /*has_header=*/true);
      SetLabels(guess.labels, csv);
      guess.in_words = absl::StrCat(names_pictures, InQuotes(csv->label_column()), " their class", SplitColumnRemark(table.first));
      return guess;
    }
  }
  for (const size_t column : OneHotColumns(table, paths.column)) {
    csv->add_label_columns(table.first[column]);
    guess.labels.insert(table.first[column]);
  }
  if (guess.labels.empty()) return std::nullopt;
  guess.in_words = absl::StrCat(names_pictures, "each of ", guess.labels.size(), " columns marks a class", SplitColumnRemark(table.first));
  return guess;
}

std::optional<TableGuess> AsList(const Table& table, const PathColumn& paths, bool has_header, const std::string& file) {
  const std::optional<size_t> label = FindLabelColumn(table, paths.column, has_header);
  if (!label.has_value() || !paths.suffix.empty()) return std::nullopt;
  TableGuess guess;
  ListFileConfig* const list = guess.source.mutable_list_file();
  list->set_list_file(file);
  if (paths.root != FolderName(file)) list->set_root_folder(paths.root);
  if (table.delimiter != ListFileConfig::TAB) list->set_delimiter(table.delimiter);
  if (has_header) {
    list->set_path_column_name(table.first[paths.column]);
    list->set_label_column_name(table.first[*label]);
  } else if (paths.column != 0 || *label != 1) {
    list->set_path_column(static_cast<int32_t>(paths.column));
    list->set_label_column(static_cast<int32_t>(*label));
  }
  guess.labels = ValuesOf(table, *label, has_header);
  SetLabels(guess.labels, list);
  guess.in_words = absl::StrCat("column ", paths.column + 1, " names pictures, column ", *label + 1, " their class");
  return guess;
}

}  // namespace

std::optional<TableGuess> GuessTable(absl::string_view text, const std::string& path, const std::vector<std::string>& roots) {
  for (const auto delimiter : {ListFileConfig::COMMA, ListFileConfig::TAB, ListFileConfig::SPACE}) {
    const std::optional<Table> table = ReadTable(text, delimiter);
    if (!table.has_value()) continue;
    const std::optional<PathColumn> paths = FindPathColumn(*table, roots);
    if (!paths.has_value()) continue;
    const std::string& first = table->first[paths->column];
    const bool has_header = !IsFile(absl::StrCat(absl::StartsWith(first, "/") ? "" : paths->root + "/", first, paths->suffix));
    const bool is_csv = has_header && delimiter == ListFileConfig::COMMA;
    return is_csv ? AsCsv(*table, *paths, path) : AsList(*table, *paths, has_header, path);
  }
  return std::nullopt;
}

}  // namespace mica
