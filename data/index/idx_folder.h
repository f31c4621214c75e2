// Finds the files of an IDX data set in its folder, or tells the user how to get some.
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
  std::string test_images;  // empty, as test_labels, if the data has no test split
  std::string test_labels;
};

// Looks for each file under its name, then with ".gz" appended. Checks only that the files exist;
// `config.folder` must be absolute. Returns a DataError (exit code 3) that says which of four
// things is wrong with the folder: it is missing, it is a file, it may not be read, or it lacks
// files. The last lists what was looked for and which similar names are there. All four tell how to
// get Fashion-MNIST, if that is what the folder is for, or which files belong there.
absl::StatusOr<IdxPaths> FindIdxFiles(const IdxDatasetConfig& config);

// The message for a folder, or a file in it, that the system refused with `error_number`.
std::string IdxFolderProblem(const std::string& path, int error_number);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_FOLDER_H_
