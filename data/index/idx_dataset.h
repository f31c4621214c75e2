// Data sets in the IDX format: a file of images and a file of labels for training, and often two
// more for testing.
//   IdxDataset(config).List(/*named_classes=*/10)
#ifndef MICA_DATA_INDEX_IDX_DATASET_H_
#define MICA_DATA_INDEX_IDX_DATASET_H_

#include <optional>
#include <string>

#include "data/index/dataset_format.h"

namespace mica {

class IdxDataset : public DatasetFormat {
 public:
  explicit IdxDataset(const DatasetConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool BringsTestSplit() const override { return !config_.idx().test_images().empty(); }
  std::string Origin() const override { return config_.idx().folder(); }

  // Reads all files in parallel; each becomes resident. The fingerprint is the XXH3 of one line
  // "HASH LENGTH\n" per file, in the order train images, train labels, test images, test labels:
  // HASH is the XXH3 of the unpacked bytes, in 16 digits, LENGTH their number. So gzip and plain
  // files have the same fingerprint.
  SampleList List(std::optional<int> named_classes) const override;

 private:
  const DatasetConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_DATASET_H_
