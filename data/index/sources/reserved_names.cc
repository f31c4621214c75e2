#include "data/index/sources/reserved_names.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace mica {

bool IsHiddenName(absl::string_view name) {
  constexpr absl::string_view kSystemNames[] = {"__MACOSX",  "lost+found", "@eaDir", "$RECYCLE.BIN", "System Volume Information",
                                                "Thumbs.db", "desktop.ini"};
  return absl::StartsWith(name, ".") || std::find(std::begin(kSystemNames), std::end(kSystemNames), name) != std::end(kSystemNames);
}

bool IsSplitFolderName(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"train", "training", "val",     "valid", "validation",
                                          "dev",   "test",     "testing", "eval",  "evaluation"};
  return std::find(std::begin(kNames), std::end(kNames), absl::AsciiStrToLower(name)) != std::end(kNames);
}

}  // namespace mica
