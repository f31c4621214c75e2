// Data sets in the IDX format: a file of images and a file of labels for training, and often two
// more for testing.
//   IdxDataset(config).List()
#ifndef MICA_DATA_INDEX_IDX_DATASET_H_
#define MICA_DATA_INDEX_IDX_DATASET_H_

#include <string>
#include <vector>

#include "data/index/dataset_format.h"

namespace mica {

class IdxDataset : public DatasetFormat {
 public:
  explicit IdxDataset(const DatasetConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  std::string SourceOf(Split split) const override {
    return split == Split::kTest && !config_.idx().test_images().empty() ? "idx.test_images" : "";
  }
  std::string Origin() const override { return config_.idx().folder(); }

  // Reads all files in parallel; each becomes resident, its pixels rearranged to planes where they
  // are stored otherwise (colour, transpose). The fingerprint is the XXH3 of one line "HASH
  // LENGTH\n" per file, in the order train images, train labels, test images, test labels: HASH is
  // the XXH3 of the unpacked bytes, in 16 digits, LENGTH their number. So gzip and plain files have
  // the same fingerprint. With `transpose`, "transposed\n" follows the two lines of each split.
  std::vector<DatasetPart> List() const override;

 private:
  const DatasetConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_DATASET_H_
