// The files that a path with braces and wildcards names, as shards of WebDataset are written:
//   FindFiles("/d/train-{00000..00012}.tar").paths  // 13 paths, whether or not a digit is missing
//   FindFiles("/d/{train,val}-*.tar").paths         // those of train, sorted by bytes, then val's
// Braces as in bash, anywhere in the path and within each other up to 20 deep: {a,b} is a or b,
// {8..11} is 8, 9, 10 or 11, {08..11} has two digits throughout. Other text in braces stays as it
// is. "*" is any bytes, "?" one byte, both in the last part of the path only; neither matches a dot
// in front, nor a folder. Not glob(3): it knows no braces with numbers, and does not say why it
// found nothing. Thread-safe.
#ifndef MICA_DATA_INDEX_SOURCES_PATH_PATTERN_H_
#define MICA_DATA_INDEX_SOURCES_PATH_PATTERN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

inline constexpr int kMaxPatternPaths = 100000;

// The paths that the braces stand for, in their order. The error is a clause for a message:
// "\"{0..9\": the brace is never closed". At most kMaxPatternPaths and 64 MiB of text.
absl::StatusOr<std::vector<std::string>> ExpandBraces(absl::string_view pattern);

// Whether `name` matches a pattern of "*" and "?". Takes at most name x pattern steps.
bool MatchesWildcards(absl::string_view name, absl::string_view pattern);

struct PatternFiles {
  std::vector<std::string> paths;     // of files that exist; each once
  std::vector<std::string> problems;  // messages of DataErrors: what is missing, and what is there
};

// Looks whether the files exist and opens none. `pattern` must be absolute.
PatternFiles FindFiles(const std::string& pattern);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_PATH_PATTERN_H_
