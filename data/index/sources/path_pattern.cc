#include "data/index/sources/path_pattern.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/open_error.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kMaxPatternBytes = 4096;  // as PATH_MAX
constexpr size_t kMaxExpandedBytes = size_t{64} << 20;
constexpr size_t kMaxDigits = 15;
constexpr int kMaxNesting = 20;
constexpr int kMaxWildcardPaths = 1000;  // each is compared with all names of its folder

absl::Status Problem(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(InQuotes(text), ": ", what));
}

absl::Status TooManyError(absl::string_view text) {
  return Problem(text,
                 absl::StrCat("its braces stand for more than ", kMaxPatternPaths, " paths or ", kMaxExpandedBytes >> 20, " MiB of text"));
}

// Each of `starts` with each of `ends` behind it.
absl::Status Append(const std::vector<std::string>& ends, absl::string_view text, std::vector<std::string>* starts) {
  if (starts->size() * ends.size() > size_t{kMaxPatternPaths}) return TooManyError(text);
  if (ends.size() == 1) {
    for (std::string& start : *starts) start += ends[0];
    return absl::OkStatus();
  }
  std::vector<std::string> joined;
  joined.reserve(starts->size() * ends.size());
  size_t bytes = 0;
  for (const std::string& start : *starts) {
    for (const std::string& end : ends) {
      joined.push_back(start + end);
      bytes += joined.back().size();
      if (bytes > kMaxExpandedBytes) return TooManyError(text);
    }
  }
  *starts = std::move(joined);
  return absl::OkStatus();
}

bool IsNestedTooDeeply(absl::string_view text) {
  int depth = 0;
  for (const char letter : text) {
    if (letter == '}') depth = std::max(depth - 1, 0);
    if (letter == '{' && ++depth > kMaxNesting) return true;
  }
  return false;
}

// Where the brace that opens at 0 is closed, and the commas between.
struct Braces {
  size_t close = absl::string_view::npos;
  std::vector<size_t> commas;
};

Braces MatchBraces(absl::string_view text) {
  Braces braces;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == ',' && depth == 1) braces.commas.push_back(i);
    if (text[i] == '}' && --depth == 0) {
      braces.close = i;
      break;
    }
  }
  return braces;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxDigits && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "08..11" as numbers; each has as many digits as the longer end if one begins with a 0.
absl::StatusOr<std::vector<std::string>> Numbers(absl::string_view body) {
  const size_t dots = body.find("..");
  const absl::string_view first = body.substr(0, dots);
  const absl::string_view last = body.substr(dots + 2);
  int64_t from = 0;
  int64_t to = 0;
  if (!IsDigits(first) || !IsDigits(last) || !absl::SimpleAtoi(first, &from) || !absl::SimpleAtoi(last, &to)) {
    return Problem(absl::StrCat("{", body, "}"), absl::StrCat("is no range of numbers of at most ", kMaxDigits, " digits, as {000..012}"));
  }
  const bool is_padded = (first.size() > 1 && first[0] == '0') || (last.size() > 1 && last[0] == '0');
  const size_t width = is_padded ? std::max(first.size(), last.size()) : 0;
  const int64_t step = from <= to ? 1 : -1;
  if ((to - from) * step >= kMaxPatternPaths) return TooManyError(absl::StrCat("{", body, "}"));
  std::vector<std::string> numbers;
  for (int64_t number = from; number != to + step; number += step) {
    const std::string digits = absl::StrCat(number);
    numbers.push_back(std::string(std::max(width, digits.size()) - digits.size(), '0') + digits);
  }
  return numbers;
}

// What `{BODY}` stands for. `commas` are those of the braces, counted in `braces`, which includes
// both of them.
absl::StatusOr<std::vector<std::string>> Alternatives(absl::string_view braces, const std::vector<size_t>& commas) {
  const absl::string_view body = braces.substr(1, braces.size() - 2);
  const bool has_parts = !commas.empty();
  if (!has_parts && body.find("..") != absl::string_view::npos) return Numbers(body);
  std::vector<size_t> ends = commas;
  ends.push_back(braces.size() - 1);
  std::vector<std::string> all;
  size_t bytes = 0;
  size_t begin = 1;
  for (const size_t end : ends) {
    MICA_ASSIGN_OR_RETURN(std::vector<std::string> part, ExpandBraces(braces.substr(begin, end - begin)));
    for (std::string& text : part) {
      bytes += text.size();
      all.push_back(has_parts ? std::move(text) : absl::StrCat("{", text, "}"));
    }
    if (all.size() > size_t{kMaxPatternPaths} || bytes > kMaxExpandedBytes) return TooManyError(braces);
    begin = end + 1;
  }
  return all;
}

bool HasWildcards(absl::string_view text) {
  return text.find_first_of("*?") != absl::string_view::npos;
}

// Names of a folder's entries that are no folders, sorted by bytes.
struct Listing {
  std::string folder;
  std::vector<std::string> names;
  std::string problem;
};

Listing ListFolder(const std::string& folder) {
  Listing listing;
  listing.folder = folder;
  DIR* const stream = opendir(folder.empty() ? "/" : folder.c_str());
  if (stream == nullptr) {
    listing.problem = absl::StrCat(Printable(folder), ": folder cannot be read (", WhyNotOpened(folder, errno), ")");
    return listing;
  }
  errno = 0;
  while (const dirent* entry = readdir(stream)) {
    if (entry->d_type != DT_DIR) listing.names.emplace_back(entry->d_name);
  }
  // A file system of another computer may fail half-way; then names are missing.
  if (errno != 0) listing.problem = absl::StrCat(Printable(folder), ": folder cannot be read (", strerror(errno), ")");
  closedir(stream);
  std::sort(listing.names.begin(), listing.names.end());
  return listing;
}

// "it holds a.txt, b.tar.gz, … (12 files)"
std::string WhatItHolds(const Listing& listing) {
  constexpr size_t kMaxShown = 5;
  if (listing.names.empty()) return "it holds no files";
  const size_t shown = std::min(listing.names.size(), kMaxShown);
  const std::string names = absl::StrJoin(listing.names.begin(), listing.names.begin() + static_cast<ptrdiff_t>(shown), ", ");
  return absl::StrCat("it holds ", Printable(names),
                      shown < listing.names.size() ? absl::StrCat(", … (", listing.names.size(), " files)") : "");
}

class Finder {
 public:
  PatternFiles Find(const std::string& pattern) {
    const absl::StatusOr<std::vector<std::string>> paths = ExpandBraces(pattern);
    if (!paths.ok()) {
      files_.problems.emplace_back(paths.status().message());
      return std::move(files_);
    }
    for (const std::string& path : *paths) {
      HasWildcards(path) ? AddMatches(path) : AddFile(path);
    }
    ReportMissing(pattern, paths->size());
    return std::move(files_);
  }

 private:
  void Add(const std::string& path) {
    if (seen_.insert(path).second) files_.paths.push_back(path);
  }

  void AddFile(const std::string& path) {
    struct stat stats;
    if (stat(path.c_str(), &stats) == 0) return Add(path);
    if (missing_++ == 0) first_missing_ = absl::StrCat(Printable(path), ": ", WhyNotOpened(path, errno));
  }

  void AddMatches(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = path.substr(0, slash);
    const absl::string_view name_pattern = absl::string_view(path).substr(slash + 1);
    if (HasWildcards(folder)) {
      return Report(absl::StrCat(Printable(path), ": \"*\" and \"?\" may stand only in the last part of a path, not in folders"));
    }
    if (++wildcard_paths_ > kMaxWildcardPaths) {
      if (wildcard_paths_ == kMaxWildcardPaths + 1) {
        Report(absl::StrCat(Printable(path), ": at most ", kMaxWildcardPaths, " paths with wildcards are possible"));
      }
      return;
    }
    if (listing_.folder != folder || !has_listing_) {
      listing_ = ListFolder(folder);
      has_listing_ = true;
      if (!listing_.problem.empty()) Report(listing_.problem);
    }
    if (!listing_.problem.empty()) return;
    bool found = false;
    for (const std::string& name : listing_.names) {
      if ((name[0] == '.' && name_pattern[0] != '.') || !MatchesWildcards(name, name_pattern)) continue;
      found = true;
      Add(absl::StrCat(folder, "/", name));
    }
    if (!found) {
      Report(absl::StrCat(Printable(folder), ": no file there matches ", InQuotes(name_pattern), "; ", WhatItHolds(listing_)));
    }
  }

  void Report(std::string problem) {
    constexpr size_t kMaxProblems = 10;
    if (files_.problems.size() < kMaxProblems) files_.problems.push_back(std::move(problem));
  }

  void ReportMissing(const std::string& pattern, size_t paths) {
    if (missing_ == 0) return;
    if (paths == 1) return Report(first_missing_);
    Report(absl::StrCat(missing_, " of the ", paths, " paths that ", InQuotes(pattern), " stands for are missing: ", first_missing_));
  }

  PatternFiles files_;
  std::unordered_set<std::string> seen_;
  Listing listing_;  // of the last folder
  bool has_listing_ = false;
  int wildcard_paths_ = 0;
  size_t missing_ = 0;
  std::string first_missing_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ExpandBraces(absl::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return Problem(pattern.substr(0, 40), absl::StrCat("a path has at most ", kMaxPatternBytes, " bytes"));
  }
  if (IsNestedTooDeeply(pattern)) return Problem(pattern, absl::StrCat("braces within each other more than ", kMaxNesting, " deep"));
  std::vector<std::string> paths(1);
  while (!pattern.empty()) {
    const size_t open = pattern.find('{');
    if (open > 0) {
      MICA_RETURN_IF_ERROR(Append({std::string(pattern.substr(0, open))}, pattern, &paths));
      pattern.remove_prefix(std::min(open, pattern.size()));
      continue;
    }
    const Braces braces = MatchBraces(pattern);
    if (braces.close == absl::string_view::npos) return Problem(pattern, "the brace is never closed");
    MICA_ASSIGN_OR_RETURN(const std::vector<std::string> alternatives, Alternatives(pattern.substr(0, braces.close + 1), braces.commas));
    MICA_RETURN_IF_ERROR(Append(alternatives, pattern, &paths));
    pattern.remove_prefix(braces.close + 1);
  }
  return paths;
}

bool MatchesWildcards(absl::string_view name, absl::string_view pattern) {
  size_t n = 0;
  size_t p = 0;
  size_t star = absl::string_view::npos;  // the last "*" that was passed
  size_t star_end = 0;                    // where the bytes that it takes end
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == absl::string_view::npos;
}

PatternFiles FindFiles(const std::string& pattern) {
  return Finder().Find(pattern);
}

}  // namespace mica
