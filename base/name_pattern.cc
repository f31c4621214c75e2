#include "base/name_pattern.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/nearest_name.h"

namespace mica {
namespace {

bool EndsPart(absl::string_view name, size_t end) {
  return end == name.size() || name[end] == '.';
}

// Compares from left to right. Where that fails, the last "*" takes one character more; an earlier
// one never needs to.
bool Matches(absl::string_view pattern, absl::string_view name) {
  size_t in_pattern = 0, in_name = 0;
  size_t after_star = absl::string_view::npos, star_end = 0;  // of the last "*": what follows it, and where in the name
  while (true) {
    if (in_pattern == pattern.size()) {
      if (EndsPart(name, in_name)) return true;
    } else if (pattern[in_pattern] == '*') {
      after_star = ++in_pattern;
      star_end = in_name;
      continue;
    } else if (in_name < name.size() && pattern[in_pattern] == name[in_name]) {
      ++in_pattern;
      ++in_name;
      continue;
    }
    if (after_star == absl::string_view::npos || star_end == name.size()) return false;
    in_pattern = after_star;
    in_name = ++star_end;
  }
}

}  // namespace

bool Covers(absl::string_view pattern, absl::string_view name) {
  const absl::string_view parts = absl::StripSuffix(pattern, ".");
  return !parts.empty() && Matches(parts, name);
}

bool AnyCovers(absl::Span<const std::string> patterns, absl::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return Covers(pattern, name); });
}

std::string NearestCovered(absl::string_view pattern, absl::Span<const std::string> names) {
  // Searching names of any number and length would take for ever.
  constexpr size_t kMaxCandidates = 1000, kMaxName = 200;
  if (absl::StrContains(pattern, '*')) return "";
  std::vector<std::string> candidates;
  std::set<std::string> seen;
  const auto add = [&](const std::string& candidate) {
    if (candidates.size() < kMaxCandidates && seen.insert(candidate).second) candidates.push_back(candidate);
  };
  for (const std::string& name : names) {
    if (name.size() > kMaxName) continue;
    add(name);
    for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) add(name.substr(0, dot));
  }
  return DidYouMean(pattern, candidates);
}

}  // namespace mica
