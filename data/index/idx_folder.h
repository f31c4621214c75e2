// Finds the files of an IDX data set in its folder, and tells a user without them how to get some.
//   MICA_ASSIGN_OR_RETURN(const IdxPaths paths, FindIdxFiles(config));
#ifndef MICA_DATA_INDEX_IDX_FOLDER_H_
#define MICA_DATA_INDEX_IDX_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset.pb.h"

namespace mica {

struct IdxPaths {
  std::string train_images;
  std::string train_labels;
  std::string test_images;  // empty, as the next, if the data brings no test split
  std::string test_labels;
};

// Each file as it is named or, where that is missing, with ".gz" behind. Looks only whether the files are there; `config.folder` is
// absolute. A DataError (exit code 3) says which of four things is wrong with the folder: missing, a file, no permission, lacks files; the
// last lists what was looked for and what of similar name is there. All tell how to get Fashion-MNIST.
absl::StatusOr<IdxPaths> FindIdxFiles(const IdxDatasetConfig& config);

// The message for a folder, or a file in it, that the system refuses with `error_number`.
std::string IdxFolderProblem(const std::string& path, int error_number);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_FOLDER_H_
