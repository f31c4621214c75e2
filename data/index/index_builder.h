// Builds the index of a data set from a config: opens every file, checks all of it, draws the
// splits.
//   MICA_ASSIGN_OR_RETURN(const DatasetIndex index, BuildDatasetIndex(config));
// The classes are those of class_names or class_names_file, which may name more than the labels
// use. Without names they are the numbers "0", "1", … up to the largest label. There are at least
// two. Errors end with exit code 3 and list every problem in every file, each on lines of its own.
#ifndef MICA_DATA_INDEX_INDEX_BUILDER_H_
#define MICA_DATA_INDEX_INDEX_BUILDER_H_

#include "absl/status/statusor.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"

namespace mica {

// `config` must be valid and its paths absolute. Refuses a split that is asked for and comes out
// empty. Writes nothing. Blocks while it reads: Fashion-MNIST takes about 0.3 s.
absl::StatusOr<DatasetIndex> BuildDatasetIndex(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_INDEX_BUILDER_H_
