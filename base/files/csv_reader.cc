#include "base/files/csv_reader.h"

#include <glog/logging.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/csv_scanner.h"
#include "base/files/file.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kMaxShown = 40;  // bytes of text quoted in a message
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status ErrorAt(absl::string_view source, int64_t line, absl::string_view message) {
  return DataError(absl::StrCat(source, ":", line, ": ", message));
}

// Text of a file as messages show it.
std::string Shown(absl::string_view text) {
  const std::string escaped = absl::Utf8SafeCEscape(text.substr(0, kMaxShown));
  return absl::StrCat("\"", escaped, text.size() > kMaxShown ? "…\"" : "\"");
}

std::string NamesOf(const std::vector<std::string>& header) {
  constexpr size_t kMaxColumns = 12;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(header.size(), kMaxColumns); ++i) shown.push_back(absl::Utf8SafeCEscape(header[i].substr(0, kMaxShown)));
  return absl::StrCat(absl::StrJoin(shown, ","), header.size() > kMaxColumns ? ",…" : "");
}

absl::Status CheckHeader(const std::vector<std::string>& header, absl::Span<const absl::string_view> columns, absl::string_view source,
                         int64_t line) {
  std::set<absl::string_view> names;
  for (const std::string& name : header) {
    if (!names.insert(name).second) return ErrorAt(source, line, absl::StrCat("column ", Shown(name), " stands twice in the header"));
  }
  std::vector<std::string> missing;
  for (const absl::string_view column : columns) {
    if (names.count(column) == 0) missing.emplace_back(column);
  }
  if (missing.empty()) return absl::OkStatus();
  const std::string near = missing.size() == 1 ? DidYouMean(missing[0], header) : "";
  return ErrorAt(source, line, absl::StrCat("need columns ", absl::StrJoin(columns, ","), "; found ", NamesOf(header), near));
}

}  // namespace

const std::string& CsvTable::Text(size_t row, absl::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  CHECK(found != columns_.end() && row < size()) << column << " was not asked for, or there is no row " << row;
  return cells_[row * columns_.size() + (found - columns_.begin())];
}

absl::StatusOr<int64_t> CsvTable::Integer(size_t row, absl::string_view column) const {
  const std::string& text = Text(row, column);
  const char* const end = text.data() + text.size();
  int64_t value = 0;
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && read == end) return value;
  return Error(row, absl::StrCat(column, " is ", Shown(text), "; expected a whole number"));
}

absl::StatusOr<double> CsvTable::Real(size_t row, absl::string_view column) const {
  const std::string& text = Text(row, column);
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && read == end) return value;
  return Error(row, absl::StrCat(column, " is ", Shown(text), "; expected a number"));
}

absl::Status CsvTable::Error(size_t row, absl::string_view message) const {
  return ErrorAt(source_, lines_[row], message);
}

absl::StatusOr<CsvTable> ParseCsv(absl::string_view text, absl::string_view source, absl::Span<const absl::string_view> columns) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  if (const auto fault = FindLineFault(text)) return ErrorAt(source, fault->line, fault->message);
  CsvScanner scanner(text);
  if (!scanner.Next())
    return DataError(absl::StrCat(source, ": is empty; expected a header with the columns ", absl::StrJoin(columns, ",")));
  if (!scanner.problem().empty()) return ErrorAt(source, scanner.line(), scanner.problem());

  CsvTable table;
  table.source_ = std::string(source);
  for (const ScannedField& field : scanner.fields()) table.header_.push_back(field.Value());
  MICA_RETURN_IF_ERROR(CheckHeader(table.header_, columns, source, scanner.line()));
  std::vector<size_t> places;
  for (const absl::string_view column : columns) {
    table.columns_.emplace_back(column);
    places.push_back(std::find(table.header_.begin(), table.header_.end(), column) - table.header_.begin());
  }
  while (scanner.Next()) {
    if (!scanner.problem().empty()) return ErrorAt(source, scanner.line(), scanner.problem());
    const std::vector<ScannedField>& fields = scanner.fields();
    if (fields.size() != table.header_.size()) {
      return ErrorAt(source, scanner.line(),
                     absl::StrCat(fields.size(), fields.size() == 1 ? " field" : " fields", ", but the header has ", table.header_.size()));
    }
    table.lines_.push_back(scanner.line());
    for (const size_t place : places) table.cells_.push_back(fields[place].Value());
  }
  return table;
}

absl::StatusOr<CsvTable> ReadCsv(const std::string& path, absl::Span<const absl::string_view> columns) {
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxCsvBytes));
  return ParseCsv(text, path, columns);
}

}  // namespace mica
