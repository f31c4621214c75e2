// A regular expression that takes a part out of a text: a label out of a file's name, a group out
// of a path.
//   const GroupPattern pattern("^(cat|dog)\\.");
//   pattern.Find("dog.7.jpg") == "dog"
#ifndef MICA_DATA_INDEX_SOURCES_GROUP_PATTERN_H_
#define MICA_DATA_INDEX_SOURCES_GROUP_PATTERN_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace mica {

// Thread-safe. RE2's syntax: linear in the text, so no pattern can hang.
class GroupPattern {
 public:
  explicit GroupPattern(const std::string& pattern) : pattern_(pattern, RE2::Quiet) {}

  // Why the pattern cannot be used, for "FIELD …"; "" if it can. It must have one group.
  std::string Problem() const;

  // What the group matches, where the pattern is found first; a view of `text`. nullopt: nowhere.
  std::optional<absl::string_view> Find(absl::string_view text) const;

 private:
  const RE2 pattern_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_GROUP_PATTERN_H_
