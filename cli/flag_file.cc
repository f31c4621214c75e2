#include "cli/flag_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/file.h"

namespace mica {
namespace {

// "--set a=b" is a flag and its value apart, "--set=a b" one word.
std::vector<std::string> WordsOf(absl::string_view line) {
  const size_t end = line.find_first_of("= \t");
  if (line[0] != '-' || end == absl::string_view::npos || line[end] == '=') return {std::string(line)};
  const absl::string_view value = absl::StripLeadingAsciiWhitespace(line.substr(end));
  if (value.empty()) return {std::string(line.substr(0, end))};  // only blanks follow it
  return {std::string(line.substr(0, end)), std::string(value)};
}

}  // namespace

absl::StatusOr<std::vector<FlagFileLine>> ReadFlagFile(const std::string& path, const std::string& source) {
  const absl::StatusOr<std::string> bytes = ReadFile(path, kMaxFlagFileBytes);
  if (!bytes.ok()) return FlagError(bytes.status().message());
  std::vector<FlagFileLine> lines;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(absl::StripPrefix(*bytes, "\xef\xbb\xbf"), '\n')) {
    ++number;
    if (line.find('\0') != absl::string_view::npos) {
      return FlagError(absl::StrCat(source, ":", number, ": a NUL byte; a flag file is text with one flag a line"));
    }
    line = absl::StripLeadingAsciiWhitespace(absl::StripSuffix(line, "\r"));
    if (!line.empty() && line[0] != '#') lines.push_back({number, WordsOf(line)});
  }
  return lines;
}

}  // namespace mica
