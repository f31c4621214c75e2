// All data formats. No other place lists them.
#ifndef MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
#define MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_

#include <memory>

#include "data/index/dataset.pb.h"
#include "data/index/dataset_format.h"

namespace mica {

// Null if `config` chooses no format. `config` must outlive the format.
std::unique_ptr<DatasetFormat> CreateDatasetFormat(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
