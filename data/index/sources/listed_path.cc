#include "data/index/sources/listed_path.h"

#include <limits.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/printable.h"

namespace mica {
namespace {

bool IsSeparator(char letter) {
  return letter == '/' || letter == '\\';
}

// What is wrong with the text itself, before it is taken apart.
absl::string_view WrittenProblem(absl::string_view written) {
  if (written.empty()) return "is empty";
  if (HoldsControls(written)) return "holds a control character";
  if (written.front() == ' ' || written.back() == ' ') return "has a blank at an end; remove it";
  const bool has_drive = written.size() > 2 && absl::ascii_isalpha(written[0]) && written[1] == ':' && IsSeparator(written[2]);
  if (has_drive || absl::StartsWith(written, "\\\\")) return "is one of another computer (Windows); write it relative to root_folder";
  const size_t scheme = written.find("://");
  if (scheme != absl::string_view::npos && written.find('/') == scheme + 1) return "is an address; download the files and list their paths";
  return "";
}

}  // namespace

ListedPath::ListedPath(absl::string_view written, absl::string_view suffix, absl::string_view root) {
  problem = WrittenProblem(written);
  if (!problem.empty()) return;
  const bool is_absolute = IsSeparator(written[0]);
  path.reserve(root.size() + 1 + written.size() + suffix.size());
  if (!is_absolute) path.assign(root.data(), root.size());
  const size_t base = path.size();
  bool ends_in_folder = false;
  for (size_t begin = 0; begin <= written.size();) {
    size_t end = begin;
    while (end < written.size() && !IsSeparator(written[end])) ++end;
    const absl::string_view part = written.substr(begin, end - begin);
    begin = end + 1;
    ends_in_folder = part.empty() || part == "." || part == "..";
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      absl::StrAppend(&path, "/", part);
    } else if (path.size() > base) {
      path.resize(path.rfind('/'));
    } else if (!is_absolute) {
      problem = "leaves the dataset root";
      return;
    }
  }
  if (path.size() == base || ends_in_folder) {
    problem = "names a folder, not a file";
    return;
  }
  absl::StrAppend(&path, suffix);
  if (path.size() >= PATH_MAX) {
    problem = "is longer than a path can be (4095 bytes)";
    return;
  }
  const bool is_below = path.size() > root.size() + 1 && absl::StartsWith(path, root) && path[root.size()] == '/';
  relative_begin = is_below ? root.size() + 1 : 1;
}

std::string FolderPrefix(absl::string_view folder) {
  while (!folder.empty() && folder.back() == '/') folder.remove_suffix(1);
  return std::string(folder);
}

}  // namespace mica
