#include "cli/split_flag.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/nearest_name.h"

namespace mica {

absl::StatusOr<std::optional<Split>> SplitFlag(const VerbArguments& arguments, absl::Span<const Split> allowed) {
  const std::string word = arguments.GetString("split");
  if (word.empty() && !arguments.IsGiven("split")) return std::nullopt;
  std::vector<std::string> names;
  for (const Split split : allowed) {
    if (word == SplitName(split)) return split;
    names.emplace_back(SplitName(split));
  }
  return FlagError(absl::StrCat("--split=", word, ": expected ", absl::StrJoin(names, ", "), DidYouMean(word, names)));
}

}  // namespace mica
