#include "cli/verb_flags.h"

#include <glog/logging.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "cli/command_line_scan.h"
#include "cli/shared_flags.h"

namespace mica {
namespace {

// What gflags is to set if the flag is not given.
std::string DefaultOf(const VerbFlag& flag) {
  if (!flag.default_value.empty() || flag.type == FlagType::kString) return flag.default_value;
  return flag.type == FlagType::kBool ? "false" : "0";
}

}  // namespace

absl::StatusOr<VerbArguments> ScanVerbArguments(const VerbTable& verb, absl::Span<const std::string> arguments) {
  ScannedCommandLine scanned = ScanCommandLine(verb, arguments);
  if (!scanned.help_wanted && !scanned.problems.empty()) {
    return FlagError(absl::StrCat(absl::StrJoin(scanned.problems, "\n"), "\n`", verb.program, " ", verb.name,
                                  " --help` shows the flags and an example"));
  }
  if (scanned.help_wanted) scanned.given.clear();
  VerbArguments result;
  result.help_wanted_ = scanned.help_wanted;
  result.words_ = scanned.words;
  const auto set = [&](const VerbFlag& flag) {
    const auto given = scanned.given.find(flag.name);
    const bool is_given = given != scanned.given.end();
    const VerbArguments::Value value = {SetFlag(flag, is_given ? given->second : DefaultOf(flag)), is_given};
    CHECK(result.values_.emplace(flag.name, value).second) << "the verb declares --" << flag.name << " twice";
  };
  for (const VerbFlag& flag : verb.flags) set(flag);
  // gflags must not see the flags that name others: it would read their files by its own rules.
  for (const VerbFlag& flag : SharedFlags()) {
    if (!BringsFlags(flag.name)) set(flag);
  }
  return result;
}

template <typename T>
const T& VerbArguments::ValueOf(absl::string_view flag) const {
  const auto value = values_.find(flag);
  CHECK(value != values_.end() && std::holds_alternative<T>(value->second.value)) << "the verb declares no flag of this type: " << flag;
  return std::get<T>(value->second.value);
}

bool VerbArguments::IsGiven(absl::string_view flag) const {
  const auto value = values_.find(flag);
  CHECK(value != values_.end()) << "the verb declares no flag " << flag;
  return value->second.given;
}

std::string VerbArguments::GetString(absl::string_view flag) const {
  return ValueOf<std::string>(flag);
}

int VerbArguments::GetInt(absl::string_view flag) const {
  return ValueOf<int>(flag);
}

double VerbArguments::GetDouble(absl::string_view flag) const {
  return ValueOf<double>(flag);
}

bool VerbArguments::GetBool(absl::string_view flag) const {
  return ValueOf<bool>(flag);
}

}  // namespace mica
