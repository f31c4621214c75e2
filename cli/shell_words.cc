#include "cli/shell_words.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/path.h"

namespace mica {

absl::StatusOr<std::string> ResolveWord(absl::string_view what, const std::string& path) {
  absl::StatusOr<std::string> resolved = ResolvePath(path, UserFolder());
  if (!resolved.ok()) return FlagError(absl::StrCat(what, ": ", resolved.status().message()));
  return resolved;
}

std::string ShownPath(const std::string& path) {
  return std::string(absl::StripPrefix(path, absl::StrCat(UserFolder(), "/")));
}

std::string ShellWord(const std::string& text) {
  constexpr char kPlain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string HowToCallMica() {
  return std::getenv("BUILD_WORKING_DIRECTORY") != nullptr ? "bazel run //:mica --" : "mica";
}

}  // namespace mica
