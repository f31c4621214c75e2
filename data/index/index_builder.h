// From a config to the index of a data set: opens every file, checks it whole, draws the splits.
//   MICA_ASSIGN_OR_RETURN(const DatasetIndex index, BuildDatasetIndex(config));
// Errors end with exit code 3 and hold everything that was found wrong.
#ifndef MICA_DATA_INDEX_INDEX_BUILDER_H_
#define MICA_DATA_INDEX_INDEX_BUILDER_H_

#include "absl/status/statusor.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"

namespace mica {

// `config` is valid (ValidateDatasetConfig) and its paths are absolute. Blocks for as long as reading takes: Fashion-MNIST about 0.3 s.
absl::StatusOr<DatasetIndex> BuildDatasetIndex(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_INDEX_BUILDER_H_
