#include "experiments/runner/asked_split.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"

namespace mica {

std::vector<Split> SplitsWithSamples(const DatasetIndex& index) {
  std::vector<Split> splits;
  for (const Split split : kAllSplits) {
    if (!index.RecordsOf(split).empty()) splits.push_back(split);
  }
  return splits;
}

absl::Status NoSuchSamples(Split asked, absl::Span<const Split> others) {
  const auto append = [](std::string* text, Split split) { absl::StrAppend(text, SplitName(split)); };
  return FlagError(
      absl::StrCat("--split=", SplitName(asked), ": the data has no such samples; it has ", absl::StrJoin(others, ", ", append)));
}

}  // namespace mica
