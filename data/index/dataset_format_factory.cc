#include "data/index/dataset_format_factory.h"

#include "data/index/cifar_dataset.h"
#include "data/index/idx_dataset.h"
#include "data/index/sources_dataset.h"

namespace mica {

std::unique_ptr<DatasetFormat> CreateDatasetFormat(const DatasetConfig& config) {
  switch (config.kind_case()) {
    case DatasetConfig::kIdx:
      return std::make_unique<IdxDataset>(config);
    case DatasetConfig::kCifar:
      return std::make_unique<CifarDataset>(config);
    case DatasetConfig::KIND_NOT_SET:
      if (SourcesDataset::IsMeant(config)) return std::make_unique<SourcesDataset>(config);
      return nullptr;
  }
  return nullptr;
}

}  // namespace mica
