#include "experiments/proposal/name_labels.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/printable.h"
#include "data/index/sources/reserved_names.h"

namespace mica {
namespace {

constexpr size_t kNamesPerClass = 4;  // fewer on average are names, not labels

struct Candidate {
  const char* pattern;
  const char* in_words;
};

constexpr Candidate kCandidates[] = {
    {R"(^([^.]+)\..+\.[^.]+$)", "the text before the first dot"},
    {R"(^(\d+)[_-]\d+\.)", "the number in front"},
    {R"(^(.*[^\d._ ()-])[._ ()-]*\d+[)]?\.[^.]+$)", "the text before the number"},
};

std::optional<NameLabels> Try(const Candidate& candidate, const std::vector<absl::string_view>& names) {
  const RE2 pattern(candidate.pattern, RE2::Latin1);
  std::set<std::string> labels;
  std::string label, example;
  for (const absl::string_view name : names) {
    if (!RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), pattern, &label)) return std::nullopt;
    if (labels.insert(label).second && labels.size() * kNamesPerClass > names.size()) return std::nullopt;
    if (example.empty()) example = absl::StrCat(Printable(name), " is of class ", InQuotes(label));
  }
  if (labels.size() < 2 || std::all_of(labels.begin(), labels.end(), IsSplitFolderName)) return std::nullopt;
  return NameLabels{candidate.pattern, absl::StrCat(candidate.in_words, ": ", example), labels.size()};
}

}  // namespace

std::optional<NameLabels> GuessNameLabels(const std::vector<absl::string_view>& names) {
  for (const Candidate& candidate : kCandidates) {
    if (std::optional<NameLabels> labels = Try(candidate, names)) return labels;
  }
  return std::nullopt;
}

}  // namespace mica
