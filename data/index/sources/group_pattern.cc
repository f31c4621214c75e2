#include "data/index/sources/group_pattern.h"

#include "absl/strings/str_cat.h"

namespace mica {

std::string GroupPattern::Problem() const {
  if (!pattern_.ok()) return absl::StrCat("is no regular expression (", pattern_.error(), ")");
  if (const int groups = pattern_.NumberOfCapturingGroups(); groups != 1) {
    return absl::StrCat("must have one group in parentheses (found ", groups, "; \"(?:…)\" is none)");
  }
  return "";
}

std::optional<absl::string_view> GroupPattern::Find(absl::string_view text) const {
  re2::StringPiece group;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern_, &group) || group.data() == nullptr) return std::nullopt;
  return absl::string_view(group.data(), group.size());
}

}  // namespace mica
