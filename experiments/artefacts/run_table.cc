#include "experiments/artefacts/run_table.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/csv_scanner.h"
#include "base/files/file.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double RealOf(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? value : kNaN;
}

absl::Status ErrorAt(const std::string& path, int64_t line, absl::string_view message) {
  return DataError(absl::StrCat(path, ":", line, ": ", message));
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

std::vector<double> RunTable::RealsOf(const Column& column) {
  std::vector<double> values;
  for (const std::string& text : column.texts) values.push_back(RealOf(text));
  return values;
}

std::vector<double> RunTable::Reals(absl::string_view column) const {
  const Column* const found = Find(column);
  return found == nullptr ? std::vector<double>(rows_, kNaN) : RealsOf(*found);
}

absl::StatusOr<RunTable> ReadRunTable(const std::string& path, bool may_be_torn) {
  MICA_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxCsvBytes));
  if (may_be_torn) text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  CsvScanner scanner(text);
  std::vector<RunTable::Column> columns;
  size_t rows = 0;
  for (bool is_header = true; scanner.Next(); is_header = false) {
    const std::vector<ScannedField>& fields = scanner.fields();
    if (!scanner.problem().empty()) return ErrorAt(path, scanner.line(), scanner.problem());
    if (is_header) {
      for (const ScannedField& field : fields) columns.push_back({field.Value(), {}});
      continue;
    }
    if (fields.size() != columns.size())
      return ErrorAt(path, scanner.line(), absl::StrCat("expected ", columns.size(), " fields, found ", fields.size()));
    for (size_t i = 0; i < fields.size(); ++i) columns[i].texts.push_back(fields[i].Value());
    ++rows;
  }
  if (columns.empty()) return DataError(absl::StrCat(path, ": is empty"));
  return RunTable(rows, std::move(columns));
}

}  // namespace mica
