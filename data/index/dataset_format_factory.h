// From a config to the data format that it describes.
#ifndef MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
#define MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_

#include <memory>

#include "data/index/dataset.pb.h"
#include "data/index/dataset_format.h"

namespace mica {

// The format of the `kind` that is set, or that of the sources; nullptr if the config names no
// data. `config` must outlive it.
std::unique_ptr<DatasetFormat> CreateDatasetFormat(const DatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_FACTORY_H_
