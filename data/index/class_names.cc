#include "data/index/class_names.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace mica {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

uint8_t ByteAt(absl::string_view bytes, size_t position) {
  return static_cast<uint8_t>(bytes[position]);
}

// What is wrong with the name at `offset` in the file, or "".
std::string NameProblem(absl::string_view name, std::optional<size_t> offset) {
  if (name.empty()) return "empty class name; every line names the class of its label, remove the line or fill it";
  const auto place = [&](size_t position) {
    return offset.has_value() ? absl::StrCat("at offset ", *offset + position, " of the file")
                              : absl::StrCat("at byte ", position, " of the name");
  };
  if (const size_t valid = ValidUtf8Prefix(name); valid < name.size()) {
    return absl::StrFormat("byte 0x%02x %s is not UTF-8; save the file as UTF-8", ByteAt(name, valid), place(valid));
  }
  const auto is_control = [](char byte) { return static_cast<uint8_t>(byte) < 0x20 || byte == 0x7f; };
  const auto control = std::find_if(name.begin(), name.end(), is_control);
  if (control == name.end()) return "";
  const size_t position = control - name.begin();
  return absl::StrFormat("control character 0x%02x %s; a name is plain text", ByteAt(name, position), place(position));
}

// Lines without their ends; the text may lack the last one.
std::vector<absl::string_view> LinesOf(absl::string_view text) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (absl::string_view& line : lines) absl::ConsumeSuffix(&line, "\r");
  return lines;
}

std::optional<int64_t> WholeNumber(absl::string_view field) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(field, &number) || number < 0) return std::nullopt;
  return number;
}

// Whether the lines have equally many fields, and one of them is always a whole number. Names may
// hold commas ("tench, Tinca tinca"), but not so.
bool IsTable(absl::Span<const absl::string_view> lines, char separator) {
  if (lines.empty()) return false;
  const std::vector<absl::string_view> first = absl::StrSplit(lines[0], separator);
  std::vector<bool> is_number(first.size(), true);
  for (const absl::string_view line : lines) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, separator);
    if (fields.size() != first.size()) return false;
    for (size_t i = 0; i < fields.size(); ++i) is_number[i] = is_number[i] && WholeNumber(fields[i]).has_value();
  }
  return first.size() > 1 && std::count(is_number.begin(), is_number.end(), true) > 0;
}

// Whether the lines begin with 0, 1, … or 1, 2, …: "0 cat", "1: cat".
bool IsNumbered(absl::Span<const absl::string_view> lines) {
  std::optional<int64_t> previous;
  for (const absl::string_view line : lines) {
    const std::optional<int64_t> number = WholeNumber(line.substr(0, line.find_first_of(" \t:.)")));
    if (!number.has_value() || line.size() == absl::StrCat(*number).size()) return false;
    if (previous.has_value() ? *number != *previous + 1 : *number > 2) return false;
    previous = number;
  }
  return previous.has_value();
}

absl::Status RefuseTables(const std::string& path, absl::Span<const absl::string_view> lines) {
  // The first line may be a heading. A single line below it may have a number by chance.
  const absl::Span<const absl::string_view> rows = lines.size() > 2 ? lines.subspan(1) : lines;
  if (!IsTable(rows, ',') && !IsTable(rows, ';') && !IsTable(rows, '\t') && !IsNumbered(rows)) return absl::OkStatus();
  return DataError(absl::StrCat(path, ":1: looks like a table (\"", absl::Utf8SafeCEscape(lines[0]),
                                "\"), expected a class name in each line and nothing else; keep only the names, in the order of the "
                                "labels, without a heading, or list them as class_names. mica's own class_map.csv is read as it is"));
}

// One name, and where it stands.
struct NameLine {
  absl::string_view name;
  int line = 0;
  std::optional<size_t> offset;  // of the name in the file; none: not known
};

absl::StatusOr<std::vector<std::string>> Checked(const std::string& path, absl::Span<const NameLine> lines) {
  std::vector<std::string> names;
  std::vector<std::string> problems;
  std::map<std::string, int> line_of;
  for (const NameLine& line : lines) {
    names.emplace_back(line.name);
    std::string problem = NameProblem(line.name, line.offset);
    const auto [earlier, is_new] = line_of.emplace(names.back(), line.line);
    if (problem.empty() && !is_new) {
      problem = absl::StrCat("class name \"", line.name, "\" stands already in line ", earlier->second);
    }
    if (!problem.empty()) problems.push_back(absl::StrCat(path, ":", line.line, ": ", problem));
  }
  if (names.empty()) problems.push_back(absl::StrCat(path, ": no class names; expected one a line"));
  if (!problems.empty()) return DataError(absl::StrJoin(problems, "\n"));
  return names;
}

// The class_map.csv of a run.
absl::StatusOr<std::vector<std::string>> NamesInClassMap(const std::string& path, absl::string_view text) {
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, path, {"id", "name"}));
  std::vector<NameLine> lines;
  for (size_t row = 0; row < table.size(); ++row) {
    MICA_ASSIGN_OR_RETURN(const int64_t id, table.Integer(row, "id"));
    if (id != static_cast<int64_t>(row)) return table.Error(row, absl::StrCat("id is ", id, "; expected ", row));
    lines.push_back({table.Text(row, "name"), static_cast<int>(row) + 2, std::nullopt});
  }
  return Checked(path, lines);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadClassNames(const std::string& path) {
  constexpr int64_t kMaxBytes = int64_t{16} << 20;
  MICA_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kMaxBytes));
  return ParseClassNames(bytes, path);
}

absl::StatusOr<std::vector<std::string>> ParseClassNames(absl::string_view bytes, const std::string& path) {
  const absl::string_view text = absl::StripPrefix(bytes, kByteOrderMark);
  if (absl::StartsWith(text, "id,name,")) return NamesInClassMap(path, text);
  const std::vector<absl::string_view> lines = LinesOf(text);
  MICA_RETURN_IF_ERROR(RefuseTables(path, lines));
  std::vector<NameLine> names;
  for (const absl::string_view line : lines) {
    const absl::string_view name = absl::StripAsciiWhitespace(line);
    names.push_back({name, static_cast<int>(names.size()) + 1, static_cast<size_t>(name.data() - bytes.data())});
  }
  return Checked(path, names);
}

}  // namespace mica
