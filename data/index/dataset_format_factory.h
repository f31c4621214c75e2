// The formats that there are: the one place that lists them.
#ifndef MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
#define MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_

#include <memory>

#include "data/index/dataset.pb.h"
#include "data/index/dataset_format.h"

namespace mica {

// Null where `config`, which outlives the format, chooses none.
std::unique_ptr<DatasetFormat> CreateDatasetFormat(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
