// The pictures that a person names, as an index without labels: files and folders of a command
// line, and lists of them.
//   const NamedPictures named =
//       ListNamedPictures({"/d/photo.jpg", "/d/more"}, ClassMap({"cat", "dog"}));
//   MICA_ASSIGN_OR_RETURN(const std::vector<std::string> paths, ReadPathList("/d/list.txt"));
#ifndef MICA_DATA_INDEX_NAMED_PICTURES_H_
#define MICA_DATA_INDEX_NAMED_PICTURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/index/dataset_index.h"

namespace mica {

struct NamedPictures {
  // All are unlabelled. Ids follow the order of the paths; the pictures of a folder and of those
  // below stand in its place, sorted by bytes. A picture that is named twice is there once, where
  // it comes first.
  DatasetIndex index;

  std::vector<std::string> problems;  // folders without pictures or not to be read
  std::vector<std::string> warnings;  // what was left out
};

// `paths` are absolute. What is no folder counts as a picture, whatever its name and even if it
// does not exist: who opens it says what is wrong. `classes` are those of the model, not of the
// folders.
NamedPictures ListNamedPictures(absl::Span<const std::string> paths, ClassMap classes);

// The paths in a text file, one a line, as absolute ones: relative ones begin at the folder of the
// list. Blank lines are skipped, and nothing else is: blanks and "#" can be part of a name. A
// DataError (exit code 3) says that it cannot be read, is no text or names nothing.
absl::StatusOr<std::vector<std::string>> ReadPathList(const std::string& list);

}  // namespace mica

#endif  // MICA_DATA_INDEX_NAMED_PICTURES_H_
