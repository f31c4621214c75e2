// Finds the files of CIFAR-10 or CIFAR-100, binary version, or tells the user what lies there
// instead.
//   MICA_ASSIGN_OR_RETURN(const CifarFiles files, FindCifarFiles("/data/cifar"));
#ifndef MICA_DATA_INDEX_CIFAR_FOLDER_H_
#define MICA_DATA_INDEX_CIFAR_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

enum class CifarVersion { kCifar10, kCifar100 };

// "CIFAR-10"
std::string CifarVersionName(CifarVersion version);

struct CifarFiles {
  CifarVersion version = CifarVersion::kCifar10;
  std::string folder;              // that has them
  std::vector<std::string> train;  // paths: five of CIFAR-10, one of CIFAR-100
  std::string test;                // a path
};

// Looks in `folder` (absolute) and in the folders that the archives unpack to, cifar-10-batches-bin
// and cifar-100-binary. Returns a DataError (exit code 3) if the folder cannot be read, holds none
// of the files, some of them, or both versions; and if it holds the archive, or the version for
// Python or MATLAB instead.
absl::StatusOr<CifarFiles> FindCifarFiles(const std::string& folder);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CIFAR_FOLDER_H_
