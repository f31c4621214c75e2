#include "cli/shared_flags.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/status_macros.h"
#include "cli/flag_value.h"
#include "cli/shell_words.h"

namespace mica {
namespace {

constexpr absl::string_view kModules = "vmodule";
constexpr absl::string_view kStderrThreshold = "stderrthreshold";
constexpr absl::string_view kLowestSeverity = "minloglevel";

// glog opens its files only at the first message, and would then log to stderr without a word.
absl::StatusOr<std::string> UsableLogFolder(const std::string& text) {
  if (text.empty()) return FlagError("--log_dir is empty; name a folder, or leave it out");
  MICA_ASSIGN_OR_RETURN(std::string folder, ResolveWord("--log_dir", text));
  const std::string prefix = absl::StrCat("--log_dir: ", folder, ": ");
  struct stat stats;
  if (stat(folder.c_str(), &stats) != 0) return FlagError(absl::StrCat(prefix, WhyNotOpened(folder, errno)));
  if (!S_ISDIR(stats.st_mode)) return FlagError(absl::StrCat(prefix, "is no folder"));
  // access() says yes to root for folders in which nobody can make files.
  std::string trial = absl::StrCat(folder, "/mica.XXXXXX");
  const int file = mkostemp(trial.data(), O_CLOEXEC);
  if (file < 0) return FlagError(absl::StrCat(prefix, "cannot write: ", strerror(errno), "; choose a folder that you may write to"));
  close(file);
  unlink(trial.c_str());
  return folder;
}

bool IsModuleList(absl::string_view text) {
  for (const absl::string_view module : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(module, absl::MaxSplits('=', 1));
    if (parts.first.empty() || !ExpectedInstead(FlagType::kInt, parts.second).empty()) return false;
  }
  return true;
}

absl::Status Expected(const VerbFlag& flag, absl::string_view what, absl::string_view text) {
  return FlagError(absl::StrCat("--", flag.name, ": expected ", what, ", got ", Quoted(text)));
}

}  // namespace

const std::vector<VerbFlag>& SharedFlags() {
  // The usage puts the help in brackets.
  static const auto* const flags = new std::vector<VerbFlag>{
      {std::string(kFlagFile), FlagType::kString, "FILE,…", "flags from files, one a line", "", "separate files with commas"},
      {std::string(kFromEnvironment), FlagType::kString, "NAME,…", "from variables FLAGS_NAME", "", "separate names with commas"},
      {std::string(kTryFromEnvironment), FlagType::kString, "NAME,…", "where they are set", "", "separate names with commas"},
      {"v", FlagType::kInt, "N", "log level; 1 shows the stages", "0", ""},
      {std::string(kModules), FlagType::kString, "FILE=N,…", "level of single source files", "", "separate files with commas"},
      {std::string(kLogFolder), FlagType::kString, "FOLDER", "log files there, not stderr", "", ""},
      {std::string(kLogToStderr), FlagType::kBool, "", "", "true", ""},
      {"alsologtostderr", FlagType::kBool, "", "", "", ""},
      {std::string(kStderrThreshold), FlagType::kInt, "N", "", "2", ""},
      {std::string(kLowestSeverity), FlagType::kInt, "N", "severities 0-3", "0", ""},
  };
  return *flags;
}

bool BringsFlags(absl::string_view name) {
  return name == kFlagFile || name == kFromEnvironment || name == kTryFromEnvironment;
}

absl::StatusOr<std::string> CheckedLogValue(const VerbFlag& flag, const std::string& text) {
  if (flag.name == kLogFolder) return UsableLogFolder(text);
  if (flag.name == kModules && !IsModuleList(text)) return Expected(flag, "FILE=N,… with names of source files and whole numbers", text);
  const bool is_severity = flag.name == kStderrThreshold || flag.name == kLowestSeverity;
  // Above FATAL nothing would be left: not even the message of a CHECK, nor the end of the process.
  const bool exists = text.size() == 1 && text[0] >= '0' && text[0] <= '3';
  if (is_severity && !exists) return Expected(flag, "a severity: 0 (info), 1 (warning), 2 (error) or 3 (fatal)", text);
  return text;
}

}  // namespace mica
