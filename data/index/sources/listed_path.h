// From a path as a list writes it to the file.
//   ListedPath("cats\\1", ".jpg", "/d")          -> path "/d/cats/1.jpg", relative "cats/1.jpg"
//   ListedPath("/e/a//b/./c.jpg", "", "/d")      -> path "/e/a/b/c.jpg", relative "e/a/b/c.jpg"
//   ListedPath("../../etc/passwd", "", "/d")     -> problem "leaves the dataset root"
// Looks at the text only: links are not followed, and ".." takes away the part before it.
#ifndef MICA_DATA_INDEX_SOURCES_LISTED_PATH_H_
#define MICA_DATA_INDEX_SOURCES_LISTED_PATH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

struct ListedPath {
  // "\" separates as "/" does. A path that begins with neither is below `root`, which is absolute
  // and ends in no slash ("" is the folder "/"). `suffix` is added to it.
  ListedPath(absl::string_view written, absl::string_view suffix, absl::string_view root);

  std::string path;  // absolute, without ".", ".." and doubled slashes

  // Where the part below the root begins; 1 if it is not below: the path without its first slash.
  size_t relative_begin = 0;

  // For "path "WRITTEN" …"; "" if the path can be used. It is then a text of this library's.
  absl::string_view problem;
};

// The folder without slashes at its end: "" for "/".
std::string FolderPrefix(absl::string_view folder);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LISTED_PATH_H_
