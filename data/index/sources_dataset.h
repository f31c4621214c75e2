// A data set whose splits come from sources: pool, train, validation, test, unlabelled.
#ifndef MICA_DATA_INDEX_SOURCES_DATASET_H_
#define MICA_DATA_INDEX_SOURCES_DATASET_H_

#include <string>
#include <vector>

#include "data/index/dataset_format.h"

namespace mica {

class SourcesDataset : public DatasetFormat {
 public:
  explicit SourcesDataset(const DatasetConfig& config) : config_(config) {}

  // Whether the config names any source.
  static bool IsMeant(const DatasetConfig& config);

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  std::string SourceOf(Split split) const override;
  std::string Origin() const override;

  // One part for each source.
  std::vector<DatasetPart> List() const override;

 private:
  const DatasetConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_DATASET_H_
