#include "base/nearest_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

// Optimal string alignment distance.
size_t Edits(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> edits(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> NearestName(absl::string_view name, absl::Span<const std::string> candidates) {
  // Longer names are not typing errors, and the table is quadratic.
  constexpr size_t kMaxName = 200;
  if (name.size() > kMaxName) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(name);
  std::optional<std::string> nearest;
  size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    const size_t edits = Edits(lower, absl::AsciiStrToLower(candidate));
    const size_t longer = std::max(name.size(), candidate.size());
    const bool near = edits <= (longer + 2) / 3 && edits < longer;
    if (near && (!nearest.has_value() || edits < fewest)) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates) {
  const std::optional<std::string> nearest = NearestName(name, candidates);
  return nearest.has_value() ? absl::StrCat("; did you mean \"", *nearest, "\"?") : "";
}

}  // namespace mica
