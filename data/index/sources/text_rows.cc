#include "data/index/sources/text_rows.h"

#include <algorithm>
#include <map>

#include "absl/strings/strip.h"

namespace mica {
namespace {

absl::string_view WithoutMark(absl::string_view text) {
  return absl::StripPrefix(text, "\xEF\xBB\xBF");
}

// What stands between the quotes, if they can be the field's own.
ScannedField Unquoted(absl::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return {text, false};
  ScannedField field{text.substr(1, text.size() - 2), false};
  for (size_t quote = field.text.find('"'); quote != absl::string_view::npos; quote = field.text.find('"', quote + 2)) {
    if (field.text.substr(quote, 2) != "\"\"") return {text, false};
    field.has_doubled_quotes = true;
  }
  return field;
}

void SplitAtTabs(absl::string_view line, std::vector<ScannedField>* fields) {
  while (true) {
    const size_t end = line.find('\t');
    fields->push_back(Unquoted(line.substr(0, end)));
    if (end == absl::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

void SplitAtBlanks(absl::string_view line, std::vector<ScannedField>* fields) {
  constexpr char kBlanks[] = " \t";
  for (size_t begin = line.find_first_not_of(kBlanks); begin != absl::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    fields->push_back({line.substr(begin, end - begin), false});
    begin = line.find_first_not_of(kBlanks, end);
  }
}

// How many of the first rows have the most frequent number of fields.
struct Fit {
  size_t fields = 0;
  int64_t rows = 0;
  int64_t all_rows = 0;
};

Fit FitOf(absl::string_view text, ListFileConfig::Delimiter delimiter) {
  constexpr int64_t kLookedAt = 1000;
  std::map<size_t, int64_t> rows_of;
  Fit fit;
  for (TextRows rows(text, delimiter); fit.all_rows < kLookedAt && rows.Next(); ++fit.all_rows) {
    if (!rows.problem().empty()) continue;
    const int64_t count = ++rows_of[rows.fields().size()];
    if (count > fit.rows) fit = {rows.fields().size(), count, fit.all_rows};
  }
  return fit;
}

}  // namespace

TextRows::TextRows(absl::string_view text, ListFileConfig::Delimiter delimiter)
    : delimiter_(delimiter), is_csv_(delimiter == ListFileConfig::COMMA), csv_(WithoutMark(text)), rest_(WithoutMark(text)) {}

bool TextRows::Next() {
  if (is_csv_) return csv_.Next();
  while (!rest_.empty()) {
    const size_t end = rest_.find('\n');
    absl::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (end != absl::string_view::npos) absl::ConsumeSuffix(&line, "\r");
    Split(line);
    if (!fields_.empty() || !problem_.empty()) return true;
  }
  return false;
}

void TextRows::Split(absl::string_view line) {
  fields_.clear();
  problem_.clear();
  if (line.empty()) return;
  if (line.find('\r') != absl::string_view::npos) {
    problem_ = "a carriage return (CR) without a line feed; lines end in LF or CRLF";
  } else if (delimiter_ == ListFileConfig::SPACE) {
    SplitAtBlanks(line, &fields_);
  } else {
    SplitAtTabs(line, &fields_);
  }
}

absl::string_view DelimiterNoun(ListFileConfig::Delimiter delimiter) {
  switch (delimiter) {
    case ListFileConfig::COMMA:
      return "commas";
    case ListFileConfig::SPACE:
      return "blanks";
    case ListFileConfig::TAB:
    case ListFileConfig::DELIMITER_UNSPECIFIED:
      break;
  }
  return "tabs";
}

std::optional<BetterDelimiter> FindBetterDelimiter(absl::string_view text, ListFileConfig::Delimiter tried, size_t fewest) {
  for (const ListFileConfig::Delimiter delimiter : {ListFileConfig::TAB, ListFileConfig::COMMA, ListFileConfig::SPACE}) {
    if (delimiter == tried) continue;
    const Fit fit = FitOf(text, delimiter);
    if (fit.fields >= fewest && fit.rows * 10 >= fit.all_rows * 9) return BetterDelimiter{delimiter, fit.fields};
  }
  return std::nullopt;
}

}  // namespace mica
