#include "base/files/path.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace mica {
namespace {

absl::StatusOr<std::string> Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return absl::InvalidArgumentError(absl::StrCat("the environment variable ", name, " is not set"));
  return std::string(value);
}

absl::StatusOr<std::string> Expand(absl::string_view path) {
  std::string expanded;
  if (path == "~" || absl::StartsWith(path, "~/")) {
    MICA_ASSIGN_OR_RETURN(expanded, Variable("HOME"));
    path.remove_prefix(1);
  }
  while (true) {
    const size_t begin = path.find("${");
    const size_t end = begin == absl::string_view::npos ? begin : path.find('}', begin);
    if (end == absl::string_view::npos) break;
    MICA_ASSIGN_OR_RETURN(const std::string value, Variable(std::string(path.substr(begin + 2, end - begin - 2))));
    absl::StrAppend(&expanded, path.substr(0, begin), value);
    path.remove_prefix(end + 1);
  }
  absl::StrAppend(&expanded, path);
  return expanded;
}

}  // namespace

absl::StatusOr<std::string> ResolvePath(absl::string_view path, absl::string_view base_folder) {
  MICA_ASSIGN_OR_RETURN(const std::string expanded, Expand(path));
  std::string resolved = (std::filesystem::path(std::string(base_folder)) / expanded).lexically_normal().string();
  if (resolved.size() > 1 && resolved.back() == '/') resolved.pop_back();
  return resolved;
}

std::string UserFolder() {
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder != nullptr && *folder != '\0') return folder;
  std::error_code error;
  const std::filesystem::path current = std::filesystem::current_path(error);
  return error ? "/" : current.string();  // the process's folder may have been removed
}

std::string FolderName(absl::string_view path) {
  const std::string folder = std::filesystem::path(std::string(path)).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string BaseName(absl::string_view path) {
  return std::filesystem::path(std::string(path)).filename().string();
}

const char kPlainPathPartRule[] = "must be 1 to 100 bytes long, must not begin with \".\" and must not hold \"/\" or control characters";

bool IsPlainPathPart(absl::string_view name) {
  constexpr size_t kMaxBytes = 100;
  if (name.empty() || name.size() > kMaxBytes || name[0] == '.' || ValidUtf8Prefix(name) != name.size()) return false;
  return std::none_of(name.begin(), name.end(), [](char c) { return c == '/' || absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

}  // namespace mica
