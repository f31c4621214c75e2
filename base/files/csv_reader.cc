#include "base/files/csv_reader.h"

#include <glog/logging.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kMaxLine = 1 << 20;
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

// Checks for what no row may hold, quoted or not.
absl::Status CheckLines(absl::string_view text, absl::string_view source) {
  for (int64_t line = 1; !text.empty(); ++line) {
    const absl::string_view content = text.substr(0, text.find('\n'));
    if (content.size() > kMaxLine) return ErrorAt(source, line, "line longer than 1 MiB");
    if (content.find('\0') != absl::string_view::npos) return ErrorAt(source, line, "holds a NUL byte, so this is no text");
    text.remove_prefix(std::min(text.size(), content.size() + 1));
  }
  return absl::OkStatus();
}

// A field as it is written, without its outer quotes.
struct RawField {
  absl::string_view text;
  bool has_doubled_quotes = false;

  std::string Value() const { return has_doubled_quotes ? absl::StrReplaceAll(text, {{"\"\"", "\""}}) : std::string(text); }
};

class Scanner {
 public:
  Scanner(absl::string_view text, absl::string_view source) : rest_(text), source_(source) {}

  // The next row that is not an empty line; false after the last one.
  absl::StatusOr<bool> Next(std::vector<RawField>* fields) {
    do {
      fields->clear();
      row_line_ = line_;
      if (rest_.empty()) return false;
      MICA_RETURN_IF_ERROR(ScanRow(fields));
    } while (is_empty_line_);
    return true;
  }

  int64_t row_line() const { return row_line_; }

 private:
  absl::Status ScanRow(std::vector<RawField>* fields) {
    is_empty_line_ = rest_[0] == '\n' || rest_[0] == '\r';
    while (true) {
      const bool quoted = !rest_.empty() && rest_[0] == '"';
      MICA_RETURN_IF_ERROR(quoted ? ScanQuoted(&fields->emplace_back()) : ScanPlain(&fields->emplace_back()));
      if (absl::ConsumePrefix(&rest_, ",")) continue;
      if (absl::ConsumePrefix(&rest_, "\r\n") || absl::ConsumePrefix(&rest_, "\n")) {
        ++line_;
        return absl::OkStatus();
      }
      if (rest_.empty()) return absl::OkStatus();
      if (rest_[0] == '\r') return ErrorAt(source_, line_, "a carriage return (CR) without a line feed; lines end in LF or CRLF");
      if (quoted) return ErrorAt(source_, line_, "text behind a closing quote; inside a quoted field a quote is written twice");
      return ErrorAt(source_, line_, "a quote inside a field that does not begin with one; quote the field and write the quote twice");
    }
  }

  absl::Status ScanPlain(RawField* field) {
    size_t end = 0;
    while (end < rest_.size() && rest_[end] != ',' && rest_[end] != '\n' && rest_[end] != '\r' && rest_[end] != '"') ++end;
    field->text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return absl::OkStatus();
  }

  absl::Status ScanQuoted(RawField* field) {
    size_t end = 1;
    while (true) {
      end = rest_.find('"', end);
      if (end == absl::string_view::npos) return ErrorAt(source_, line_, "the quote that opens here is never closed");
      if (end + 1 == rest_.size() || rest_[end + 1] != '"') break;
      field->has_doubled_quotes = true;
      end += 2;
    }
    field->text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    line_ += std::count(field->text.begin(), field->text.end(), '\n');
    return absl::OkStatus();
  }

  absl::string_view rest_;
  const absl::string_view source_;
  int64_t line_ = 1;
  int64_t row_line_ = 1;
  bool is_empty_line_ = false;
};

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
  MICA_RETURN_IF_ERROR(CheckLines(text, source));
  Scanner scanner(text, source);
  std::vector<RawField> fields;
  MICA_ASSIGN_OR_RETURN(const bool has_header, scanner.Next(&fields));
  if (!has_header) return DataError(absl::StrCat(source, ": is empty; expected a header with the columns ", absl::StrJoin(columns, ",")));

  CsvTable table;
  table.source_ = std::string(source);
  for (const RawField& field : fields) table.header_.push_back(field.Value());
  MICA_RETURN_IF_ERROR(CheckHeader(table.header_, columns, source, scanner.row_line()));
  std::vector<size_t> places;
  for (const absl::string_view column : columns) {
    table.columns_.emplace_back(column);
    places.push_back(std::find(table.header_.begin(), table.header_.end(), column) - table.header_.begin());
  }
  while (true) {
    MICA_ASSIGN_OR_RETURN(const bool has_row, scanner.Next(&fields));
    if (!has_row) return table;
    if (fields.size() != table.header_.size()) {
      return ErrorAt(source, scanner.row_line(),
                     absl::StrCat(fields.size(), fields.size() == 1 ? " field" : " fields", ", but the header has ", table.header_.size()));
    }
    table.lines_.push_back(scanner.row_line());
    for (const size_t place : places) table.cells_.push_back(fields[place].Value());
  }
}

absl::StatusOr<CsvTable> ReadCsv(const std::string& path, absl::Span<const absl::string_view> columns) {
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxCsvBytes));
  return ParseCsv(text, path, columns);
}

}  // namespace mica
