#include "experiments/artefacts/run_table.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/status_macros.h"

namespace mica {
namespace {

double RealOf(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

const RunTable::Column* RunTable::Find(absl::string_view column) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const Column& each) { return each.name == column; });
  return found == columns_.end() ? nullptr : &*found;
}

std::vector<std::string> RunTable::Texts(absl::string_view column) const {
  const Column* const found = Find(column);
  return found == nullptr ? std::vector<std::string>(rows_) : found->texts;
}

std::vector<double> RunTable::Reals(absl::string_view column) const {
  std::vector<double> values;
  for (const std::string& text : Texts(column)) values.push_back(RealOf(text));
  return values;
}

absl::StatusOr<RunTable> ReadRunTable(const std::string& path, bool may_be_torn) {
  MICA_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxCsvBytes));
  if (may_be_torn) text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  MICA_ASSIGN_OR_RETURN(const CsvTable header, ParseCsv(text, path, {}));
  const std::vector<std::string>& names = header.header();
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, path, std::vector<absl::string_view>(names.begin(), names.end())));
  std::vector<RunTable::Column> columns;
  for (const std::string& name : names) {
    std::vector<std::string> texts;
    for (size_t row = 0; row < table.size(); ++row) texts.push_back(table.Text(row, name));
    columns.push_back({name, std::move(texts)});
  }
  return RunTable(table.size(), std::move(columns));
}

}  // namespace mica
