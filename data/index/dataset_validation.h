// Checks the dataset's description before anything is built from it.
//   ValidateDatasetConfig(config, "dataset", &problems);
#ifndef MICA_DATA_INDEX_DATASET_VALIDATION_H_
#define MICA_DATA_INDEX_DATASET_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/index/dataset.pb.h"

namespace mica {

void ValidateDatasetConfig(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_VALIDATION_H_
