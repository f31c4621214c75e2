#include "data/index/idx_mapping.h"

#include <map>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// UTF-8; nullopt for what is no character or cannot be seen.
std::optional<std::string> Character(int64_t code_point) {
  const bool is_control = code_point <= 0x20 || (code_point >= 0x7f && code_point <= 0xa0);
  const bool is_surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (is_control || is_surrogate || code_point > 0x10ffff) return std::nullopt;
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3f)); };
  if (code_point < 0x80) return std::string{static_cast<char>(code_point)};
  if (code_point < 0x800) return std::string{static_cast<char>(0xc0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000) return std::string{static_cast<char>(0xe0 | code_point >> 12), tail(6), tail(0)};
  return std::string{static_cast<char>(0xf0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

struct Row {
  int64_t label = 0;
  int64_t code_point = 0;  // the first
};

std::optional<Row> ParseRow(absl::string_view line) {
  std::vector<int64_t> numbers;
  for (const absl::string_view field : absl::StrSplit(line, absl::ByAnyChar(" \t\r,"), absl::SkipEmpty())) {
    if (!absl::SimpleAtoi(field, &numbers.emplace_back())) return std::nullopt;
  }
  if (numbers.size() < 2) return std::nullopt;
  return Row{numbers[0], numbers[1]};
}

// Gathers the rows; the messages are clauses about a line.
class Mapping {
 public:
  explicit Mapping(int64_t first_label) : first_label_(first_label) {}

  // What is wrong with the line, or "".
  std::string Add(absl::string_view line) {
    const std::optional<Row> row = ParseRow(line);
    if (!row.has_value()) {
      return absl::StrCat("expected a label and code points, as \"1 65 97\" (found \"", Printable(line.substr(0, 40)), "\")");
    }
    if (row->label < first_label_) return absl::StrCat("label ", row->label, " is below the first, ", first_label_, "; set first_label");
    const std::optional<std::string> character = Character(row->code_point);
    if (!character.has_value()) return absl::StrCat("code point ", row->code_point, " is no visible character");
    if (!names_.insert({row->label, *character}).second) return absl::StrCat("label ", row->label, " stands twice");
    if (!characters_.insert(*character).second) return absl::StrCat("\"", *character, "\" is the character of two labels");
    return "";
  }

  // What is missing, or "".
  std::string Gap() const {
    int64_t expected = first_label_;
    for (const auto& [label, name] : names_) {
      if (label != expected) {
        return absl::StrCat("lacks label ", expected, "; it needs all from ", first_label_, " to ", names_.rbegin()->first);
      }
      ++expected;
    }
    return names_.empty() ? "has no lines" : "";
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [label, name] : names_) names.push_back(name);
    return names;
  }

 private:
  const int64_t first_label_;
  std::map<int64_t, std::string> names_;
  std::set<std::string> characters_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadIdxMapping(const std::string& path, int64_t first_label) {
  constexpr int64_t kMaxBytes = 1 << 20;
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxBytes));
  Mapping mapping(first_label);
  int line_number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const std::string problem = mapping.Add(line);
    if (!problem.empty()) return DataError(absl::StrCat(Printable(path), ":", line_number, ": ", problem));
  }
  const std::string gap = mapping.Gap();
  if (!gap.empty()) return DataError(absl::StrCat(Printable(path), ": ", gap));
  return mapping.Names();
}

}  // namespace mica
