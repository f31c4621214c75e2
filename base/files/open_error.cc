#include "base/files/open_error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/nearest_name.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

// Sorted, so that of equally near names it is always the same one that is proposed.
std::vector<std::string> NamesIn(const fs::path& folder, bool only_folders) {
  constexpr size_t kMaxNames = 10000;  // comparing more would take long
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end && names.size() < kMaxNames; entry.increment(error)) {
    std::error_code unknown;
    if (!only_folders || entry->is_directory(unknown)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The first part of the path that does not exist, with all before it.
fs::path FirstMissing(const fs::path& path) {
  fs::path so_far;
  std::error_code error;
  for (const fs::path& part : path) {
    so_far /= part;
    if (fs::status(so_far, error).type() == fs::file_type::not_found) return so_far;
  }
  return {};  // it appeared meanwhile
}

}  // namespace

std::string WhatIsMissing(const std::string& path) {
  const fs::path missing = FirstMissing(path);
  if (missing.empty()) return "";
  std::error_code ignored;
  if (const fs::path target = fs::read_symlink(missing, ignored); !target.empty()) {
    return absl::StrCat(": \"", missing.string(), "\" is a link to \"", target.string(), "\", which does not exist");
  }
  const bool more_follows = missing != fs::path(path);
  const std::string where = more_follows ? absl::StrCat(": there is no \"", missing.string(), "\"") : "";
  const fs::path folder = missing.has_parent_path() ? missing.parent_path() : ".";
  return absl::StrCat(where, DidYouMean(missing.filename().string(), NamesIn(folder, more_follows)));
}

std::string WhyNotOpened(const std::string& path, int error) {
  return absl::StrCat(strerror(error), error == ENOENT ? WhatIsMissing(path) : "");
}

}  // namespace mica
