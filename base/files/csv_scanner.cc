#include "base/files/csv_scanner.h"

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace mica {
namespace {

constexpr size_t kMaxLine = 1 << 20;

}  // namespace

std::string ScannedField::Value() const {
  return has_doubled_quotes ? absl::StrReplaceAll(text, {{"\"\"", "\""}}) : std::string(text);
}

absl::string_view ScannedField::View(std::string* storage) const {
  if (!has_doubled_quotes) return text;
  return *storage = Value();
}

bool CsvScanner::Next() {
  while (!rest_.empty()) {
    const bool is_empty_line = rest_[0] == '\n' || (rest_[0] == '\r' && rest_.substr(0, 2) == "\r\n");
    if (!is_empty_line) {
      ScanRow();
      return true;
    }
    rest_.remove_prefix(rest_[0] == '\r' ? 2 : 1);
    ++line_;
  }
  return false;
}

void CsvScanner::ScanRow() {
  fields_.clear();
  problem_.clear();
  row_line_ = line_;
  while (true) {
    const bool quoted = !rest_.empty() && rest_[0] == '"';
    ScannedField* const field = &fields_.emplace_back();
    if (!quoted) {
      ScanPlain(field);
    } else if (!ScanQuoted(field)) {
      return;
    }
    if (absl::ConsumePrefix(&rest_, ",")) continue;
    if (rest_.empty()) return;
    if (absl::ConsumePrefix(&rest_, "\r\n") || absl::ConsumePrefix(&rest_, "\n")) {
      ++line_;
      return;
    }
    if (rest_[0] == '\r') return Fail("a carriage return (CR) without a line feed; lines end in LF or CRLF");
    if (quoted) return Fail("text behind a closing quote; inside a quoted field a quote is written twice");
    return Fail("a quote inside a field that does not begin with one; quote the field and write the quote twice");
  }
}

void CsvScanner::ScanPlain(ScannedField* field) {
  size_t end = 0;
  while (end < rest_.size() && rest_[end] != ',' && rest_[end] != '\n' && rest_[end] != '\r' && rest_[end] != '"') ++end;
  field->text = rest_.substr(0, end);
  rest_.remove_prefix(end);
}

bool CsvScanner::ScanQuoted(ScannedField* field) {
  size_t end = 1;
  while (true) {
    end = rest_.find('"', end);
    if (end == absl::string_view::npos) {
      Fail("the quote that opens here is never closed");
      rest_ = absl::string_view();
      return false;
    }
    if (end + 1 == rest_.size() || rest_[end + 1] != '"') break;
    field->has_doubled_quotes = true;
    end += 2;
  }
  field->text = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  line_ += std::count(field->text.begin(), field->text.end(), '\n');
  return true;
}

// The rest of the line tells no more.
void CsvScanner::Fail(const char* problem) {
  problem_ = problem;
  row_line_ = line_;
  const size_t end = rest_.find('\n');
  rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end + 1);
  ++line_;
}

std::optional<LineFault> FindLineFault(absl::string_view text) {
  for (int64_t line = 1; !text.empty(); ++line) {
    const absl::string_view content = text.substr(0, text.find('\n'));
    if (content.size() > kMaxLine) return LineFault{line, "line longer than 1 MiB"};
    if (content.find('\0') != absl::string_view::npos) return LineFault{line, "holds a NUL byte, so this is no text"};
    text.remove_prefix(std::min(text.size(), content.size() + 1));
  }
  return std::nullopt;
}

}  // namespace mica
