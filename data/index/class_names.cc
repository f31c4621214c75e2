#include "data/index/class_names.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
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
std::string NameProblem(absl::string_view name, size_t offset) {
  if (name.empty()) return "empty class name; every line names the class of its label, remove the line or fill it";
  if (const size_t valid = ValidUtf8Prefix(name); valid < name.size()) {
    return absl::StrFormat("byte 0x%02x at offset %d of the file is not UTF-8; save the file as UTF-8", ByteAt(name, valid),
                           offset + valid);
  }
  const auto is_control = [](char byte) { return static_cast<uint8_t>(byte) < 0x20 || byte == 0x7f; };
  const auto control = std::find_if(name.begin(), name.end(), is_control);
  if (control == name.end()) return "";
  const size_t position = control - name.begin();
  return absl::StrFormat("control character 0x%02x at offset %d of the file; a name is plain text", ByteAt(name, position),
                         offset + position);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadClassNames(const std::string& path) {
  constexpr int64_t kMaxBytes = int64_t{16} << 20;
  MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxBytes));
  std::vector<std::string> names;
  std::vector<std::string> problems;
  std::map<std::string, int> lines;  // where each name so far stands
  for (size_t begin = absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string name = text.substr(begin, end - begin);
    if (absl::EndsWith(name, "\r")) name.pop_back();
    const int line = static_cast<int>(names.size()) + 1;
    std::string problem = NameProblem(name, begin);
    const auto [earlier, is_new] = lines.emplace(name, line);
    if (problem.empty() && !is_new) problem = absl::StrCat("class name \"", name, "\" stands already in line ", earlier->second);
    if (!problem.empty()) problems.push_back(absl::StrCat(path, ":", line, ": ", problem));
    names.push_back(std::move(name));
    begin = end + 1;
  }
  if (names.empty()) problems.push_back(absl::StrCat(path, ": no class names; expected one a line"));
  if (!problems.empty()) return DataError(absl::StrJoin(problems, "\n"));
  return names;
}

}  // namespace mica
